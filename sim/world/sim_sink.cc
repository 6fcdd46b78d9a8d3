#include "sim/world/sim_sink.h"

#include <algorithm>

#include "engine/base/digest.h"

namespace gnomon::sim {

SimSink::SimSink(SimSinkSettings settings, KeyedRandom random, Clock& clock, Inbox& router)
    : settings_(std::move(settings)), random_(random), clock_(clock), router_(router) {
  Digest digest;
  digest.add(settings_.name);
  entity_ = digest.low();
}

SimSink::~SimSink() {
  for (const auto& [number, each] : under_way_) clock_.cancel(each.wake);
}

void SimSink::deliver(Delivery delivery) {
  const std::uint64_t number = ++deliveries_;
  const Instant now = clock_.now();
  UnderWay& under_way = under_way_[number];
  under_way.answer.subscriber = delivery.subscriber;
  under_way.answer.upto = delivery.upto;
  const auto hurt = [&](FaultKind kind) {
    return settings_.faults != nullptr &&
           settings_.faults->strikes(kind, settings_.fault_name, entity_, number);
  };
  const bool down =
      hurt(FaultKind::kSinkDown) ||
      std::any_of(settings_.down.begin(), settings_.down.end(),
                  [now](const auto& span) { return span.first <= now && now < span.second; });
  if (down) {
    under_way.answer.result = fail(ErrorKind::kDidNotHappen, "the subscriber is down");
  } else if (random_.chance(settings_.failure_rate, Purpose::kFailure, entity_, number)) {
    under_way.answer.result = fail(ErrorKind::kDidNotHappen, "the subscriber refused the delivery");
  } else if (hurt(FaultKind::kSinkAnswerLost)) {
    take(delivery);
    under_way_.erase(number);
    return;
  } else {
    take(delivery);
  }
  const Duration latency =
      settings_.latency.duration(random_.uniform(Purpose::kCompletionLatency, entity_, number));
  under_way.wake = clock_.call_at(saturating_add(now, latency), *this, number);
}

void SimSink::take(const Delivery& delivery) {
  taken_ += delivery.events.size();
  if (settings_.taken) settings_.taken(delivery);
}

void SimSink::wake(std::uint64_t tag) {
  const auto found = under_way_.find(tag);
  Delivered answer = std::move(found->second.answer);
  under_way_.erase(found);
  router_.post(std::move(answer));
}

}  // namespace gnomon::sim
