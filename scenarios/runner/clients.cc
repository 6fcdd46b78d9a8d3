#include "scenarios/runner/clients.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/expressions/json.h"

namespace gnomon::scenarios {

namespace {

/// How long a client waits for an answer: then the host may have died with the question or with
/// the answer, and the client asks again.
constexpr Duration kPatience = 30s;

/// The arrivals of a source of events, as a stream like any other.
sim::Traffic stream_of(const SourceSettings& source) {
  sim::Traffic stream;
  stream.name = "source/" + source.name;
  stream.arrivals = *source.arrivals;
  stream.begin = source.begin;
  stream.end = source.end;
  stream.limit = source.limit;
  stream.input = source.data.constant;
  stream.input_expression = source.data.expression;
  return stream;
}

}  // namespace

Clients::Clients(const Scenario& scenario, KeyedRandom random, Clock& clock, Gateway& gateway,
                 Instant start, Instant stop)
    : event_sources_(scenario.sources),
      traffic_(scenario.traffic),
      random_(random),
      clock_(clock),
      gateway_(gateway) {
  for (const SourceSettings& source : event_sources_) {
    if (source.arrivals) {
      traffic_.push_back(stream_of(source));
      publishers_.emplace_back().source = &source;
    }
  }
  next_tag_ = traffic_.size() + publishers_.size();
  for (const sim::Traffic& stream : traffic_) sources_.emplace_back(stream, random, start, stop);
}

bool Clients::done() const {
  return expected_ == 0 && follow_ups_.empty() && asked_.empty() &&
         std::ranges::all_of(publishers_,
                             [](const Publisher& each) { return each.waiting.empty(); });
}

void Clients::begin() {
  for (std::size_t stream = 0; stream < sources_.size(); ++stream) {
    if (sources_[stream].next_at() == kNever) continue;
    ++expected_;
    clock_.call_at(sources_[stream].next_at(), *this, stream);
  }
}

void Clients::wake(std::uint64_t tag) {
  if (tag < sources_.size()) {
    arrive(static_cast<std::size_t>(tag));
    return;
  }
  if (tag < sources_.size() + publishers_.size()) {
    publish_again(static_cast<std::size_t>(tag) - sources_.size());
    return;
  }
  if (const auto asked = asked_.find(tag); asked != asked_.end()) {
    // The key makes it one workflow.
    gateway_.abandon(asked->second.ticket);
    ask(tag);
    return;
  }
  const auto found = follow_ups_.find(tag);
  if (found->second.what->kind == sim::FollowUp::Kind::kRetry) return retry(tag);
  const PlannedFollowUp planned = found->second;
  follow_ups_.erase(found);
  switch (planned.what->kind) {
    case sim::FollowUp::Kind::kSignal:
      gateway_.send(SignalWorkflow{0, planned.workflow, planned.what->signal, planned.what->payload,
                                   planned.key});
      return;
    case sim::FollowUp::Kind::kCancel:
      gateway_.send(CancelWorkflow{0, planned.workflow});
      return;
    case sim::FollowUp::Kind::kPause:
      gateway_.send(PauseWorkflow{0, planned.workflow});
      return;
    case sim::FollowUp::Kind::kResume:
      gateway_.send(ResumeWorkflow{0, planned.workflow});
      return;
    case sim::FollowUp::Kind::kRetry:
      return;
  }
}

void Clients::retry(std::uint64_t tag) {
  PlannedFollowUp& planned = follow_ups_.at(tag);
  if (planned.run == 0) planned.run = ++retries_.at(planned.workflow).asked;
  gateway_.abandon(planned.ticket);
  planned.again = clock_.call_at(saturating_add(clock_.now(), kPatience), *this, tag);
  planned.ticket = gateway_.send(RetryWorkflow{0, planned.workflow, planned.run},
                                 [this, tag](const Expected<WorkflowId>& result) {
                                   const bool again =
                                       !result && result.error().kind == ErrorKind::kDidNotHappen;
                                   if (again) return;
                                   const auto done = follow_ups_.find(tag);
                                   clock_.cancel(done->second.again);
                                   const auto retries = retries_.find(done->second.workflow);
                                   if (--retries->second.planned == 0) retries_.erase(retries);
                                   follow_ups_.erase(done);
                                 });
}

void Clients::arrive(std::size_t stream) {
  sim::TrafficSource& source = sources_[stream];
  auto arrival = source.take();
  if (source.next_at() == kNever) {
    --expected_;
  } else {
    clock_.call_at(source.next_at(), *this, stream);
  }
  ++started_;
  if (!arrival) {
    if (refused_++ == 0) refused_because_ = arrival.error().message;
    return;
  }
  const std::size_t starting = traffic_.size() - publishers_.size();
  if (stream >= starting) {
    Publisher& publisher = publishers_[stream - starting];
    publisher.waiting.push_back(*std::move(arrival));
    if (publisher.sent.empty()) publish(stream - starting);
    return;
  }
  const std::uint64_t tag = next_tag_++;
  asked_.emplace(tag, Asked{stream, std::move(*arrival), 0, {}});
  ask(tag);
}

void Clients::publish(std::size_t index) {
  constexpr std::size_t kAtOnce = 1000;
  Publisher& publisher = publishers_[index];
  const SourceSettings& source = *publisher.source;
  publisher.again =
      clock_.call_at(saturating_add(clock_.now(), kPatience), *this, sources_.size() + index);
  for (std::size_t i = 0; i < std::min(publisher.waiting.size(), kAtOnce); ++i) {
    const sim::Arrival& arrival = publisher.waiting[i];
    publisher.sent.push_back(gateway_.send(
        PublishEvent{
            .ticket = 0,
            .event = JsonObject{}
                         .add("data", arrival.input)
                         .add_string("id", fmt::format("{}-{}", source.name, arrival.number))
                         .add_string("source", source.name)
                         .add_string("specversion", "1.0")
                         .add_string("type", source.type)
                         .payload(),
            .publisher = source.name,
            .number = publisher.next + i},
        [this, index](const Expected<WorkflowId>& result) { published(index, result); }));
  }
}

// Answers come in the order of the events.
void Clients::published(std::size_t index, const Expected<WorkflowId>& result) {
  Publisher& publisher = publishers_[index];
  if (!result) {
    // One before it was lost: all from there are sent again when patience ends.
    if (result.error().kind == ErrorKind::kDidNotHappen) return;
    if (refused_++ == 0) refused_because_ = result.error().message;
  }
  ++publisher.next;
  publisher.waiting.pop_front();
  publisher.sent.pop_front();
  if (!publisher.sent.empty()) return;
  clock_.cancel(publisher.again);
  if (!publisher.waiting.empty()) publish(index);
}

void Clients::publish_again(std::size_t index) {
  Publisher& publisher = publishers_[index];
  for (const Ticket ticket : publisher.sent) gateway_.abandon(ticket);
  publisher.sent.clear();
  publish(index);
}

void Clients::ask(std::uint64_t tag) {
  Asked& asked = asked_.at(tag);
  const sim::Traffic& traffic = traffic_[asked.stream];
  asked.again = clock_.call_at(saturating_add(clock_.now(), kPatience), *this, tag);
  asked.ticket =
      gateway_.send(StartWorkflow{.workflow = {.name = traffic.workflow},
                                  .key = fmt::format("{}/{}", traffic.name, asked.arrival.number),
                                  .tenant = asked.arrival.tenant,
                                  .labels = traffic.labels,
                                  .input = asked.arrival.input,
                                  .priority = traffic.priority},
                    [this, tag](const Expected<WorkflowId>& id) {
                      const auto found = asked_.find(tag);
                      clock_.cancel(found->second.again);
                      const Asked answered = std::move(found->second);
                      asked_.erase(found);
                      if (id) {
                        plan_follow_ups(answered.stream, answered.arrival, *id);
                      } else if (refused_++ == 0) {
                        refused_because_ = id.error().message;
                      }
                    });
}

void Clients::plan_follow_ups(std::size_t stream, const sim::Arrival& arrival,
                              WorkflowId workflow) {
  const auto& follow_ups = traffic_[stream].follow_ups;
  // One that is over already, in an earlier life of the run perhaps, may have failed: if it has
  // not, what is asked of it is refused.
  const bool over = !gateway_.is_live(workflow);
  std::vector<std::pair<Instant, std::size_t>> dues;
  for (std::size_t i = 0; i < follow_ups.size(); ++i) {
    if (!follow_ups[i].when_failed) {
      // From the arrival, not from the answer: in a later life of the run that would be later.
      dues.emplace_back(due(stream, i, arrival.number, arrival.at), i);
    } else if (over) {
      dues.emplace_back(due(stream, i, arrival.number, clock_.now()), i);
    } else {
      watched_[workflow] = {stream, arrival.number};
    }
  }
  plan(stream, workflow, std::move(dues));
}

Instant Clients::due(std::size_t stream, std::size_t index, std::uint64_t number,
                     Instant since) const {
  const sim::FollowUp& follow_up = traffic_[stream].follow_ups[index];
  const std::uint64_t entity = (std::uint64_t{stream} << 32) | index;
  if (!random_.chance(follow_up.probability, Purpose::kWorkflowChoice, entity, 2, number)) {
    return kNever;
  }
  return saturating_add(
      since, follow_up.after.duration(random_.uniform(Purpose::kArrival, entity, 2, number)));
}

void Clients::plan(std::size_t stream, WorkflowId workflow,
                   std::vector<std::pair<Instant, std::size_t>> dues) {
  // What is due already comes in the order in which it is planned.
  std::ranges::sort(dues);
  for (const auto& [at, index] : dues) {
    if (at == kNever) break;
    const sim::FollowUp& follow_up = traffic_[stream].follow_ups[index];
    if (follow_up.kind == sim::FollowUp::Kind::kRetry) ++retries_[workflow].planned;
    const std::uint64_t tag = next_tag_++;
    follow_ups_.emplace(tag,
                        PlannedFollowUp{.what = &follow_up,
                                        .workflow = workflow,
                                        .key = fmt::format("{}/{}", traffic_[stream].name, index),
                                        .run = 0,
                                        .ticket = 0,
                                        .again = {}});
    clock_.call_at(at, *this, tag);
  }
}

void Clients::committed(const Commit& commit) {
  if (watched_.empty()) return;
  for (const WorkflowRow& row : commit.workflows) {
    if (row.phase != WorkflowPhase::kFinished) continue;
    const auto found = watched_.find(row.id);
    if (found == watched_.end()) continue;
    const Watched watched = found->second;
    watched_.erase(found);  // once a workflow
    if (static_cast<Outcome>(row.outcome) == Outcome::kSucceeded) continue;
    const auto& follow_ups = traffic_[watched.stream].follow_ups;
    std::vector<std::pair<Instant, std::size_t>> dues;
    for (std::size_t i = 0; i < follow_ups.size(); ++i) {
      if (follow_ups[i].when_failed) {
        dues.emplace_back(due(watched.stream, i, watched.number, row.finished_at), i);
      }
    }
    plan(watched.stream, row.id, std::move(dues));
  }
}

}  // namespace gnomon::scenarios
