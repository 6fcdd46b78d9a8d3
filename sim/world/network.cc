#include "sim/world/network.h"

#include <algorithm>
#include <utility>

namespace gnomon::sim {

void Network::post(Answer answer) {
  if (std::holds_alternative<CommitDone>(answer)) {
    host_->post(std::move(answer));
    return;
  }
  send(Input{std::move(answer)});
}

void Network::submit(Command command) {
  send(Input{std::move(command)});
}

void Network::send(Input input) {
  Duration latency{};
  if (const auto constant = latency_.constant_value()) {
    latency = to_duration(*constant);
  } else {
    latency = latency_.duration(random_.uniform(Purpose::kQueueLatency, shard_, 0, ++sent_));
  }
  const Instant arrival = std::max(latest_arrival_, saturating_add(clock_.now(), latency));
  if (arrival == clock_.now() && under_way_.empty()) {
    deliver(std::move(input));
    return;
  }
  latest_arrival_ = arrival;
  under_way_.push_back(std::move(input));
  clock_.call_at(arrival, *this, 0);
}

void Network::wake(std::uint64_t) {
  Input input = std::move(under_way_.front());
  under_way_.pop_front();
  deliver(std::move(input));
}

void Network::deliver(Input input) {
  if (auto* command = std::get_if<Command>(&input)) {
    host_->submit(std::move(*command));
  } else {
    host_->post(std::move(std::get<Answer>(input)));
  }
}

}  // namespace gnomon::sim
