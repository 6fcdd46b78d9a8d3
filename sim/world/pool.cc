#include "sim/world/pool.h"

#include <algorithm>
#include <utility>

#include "engine/base/ensure.h"
#include "engine/expressions/json.h"

namespace gnomon::sim {
namespace {

constexpr double kNsPerSecond = 1e9;

double seconds(Duration length) {
  return static_cast<double>(length.count()) / kNsPerSecond;
}

/// The reason of a drawn failure.
Payload reason_of(ErrorClass error) {
  return Payload{std::string{"simulated "} + std::string{to_string(error)} + " failure"};
}

}  // namespace

Pool::Pool(PoolSettings settings, const Behaviours& behaviours, KeyedRandom random, Clock& clock,
           Inbox& inbox)
    : settings_(std::move(settings)),
      behaviours_(behaviours),
      random_(random),
      clock_(clock),
      inbox_(inbox),
      placement_(settings_.workers, settings_.units_per_worker,
                 settings_.cold_start ? settings_.keep_alive : Duration{-1}),
      accounted_at_(clock.now()) {
  usage_.capacity_units = std::uint64_t{settings_.workers} * settings_.units_per_worker;
}

Pool::~Pool() {
  for (const Job& job : jobs_) clock_.cancel(job.wake);
}

void Pool::account() {
  const Instant now = clock_.now();
  if (now == accounted_at_) return;
  const double passed = seconds(now - accounted_at_);
  usage_.busy_unit_seconds += passed * static_cast<double>(running_units_);
  usage_.queued_seconds += passed * static_cast<double>(queued_);
  accounted_at_ = now;
}

PoolUsage Pool::usage() const {
  PoolUsage usage = usage_;
  const double passed = seconds(clock_.now() - accounted_at_);
  usage.busy_unit_seconds += passed * static_cast<double>(running_units_);
  usage.queued_seconds += passed * static_cast<double>(queued_);
  for (const Job& job : jobs_) {
    if (job.stage == Stage::kRunning) charge(job, clock_.now(), usage);
  }
  return usage;
}

void Pool::charge(const Job& job, Instant until, PoolUsage& usage) {
  usage.busy_unit_seconds_of_tenant[job.tenant] +=
      seconds(until - job.end.started_at) * static_cast<double>(job.units);
}

std::uint32_t Pool::action_number(const std::string& action) {
  if (latest_action_ != nullptr && *latest_action_ == action) return latest_action_number_;
  const auto [at, added] =
      actions_.try_emplace(action, static_cast<std::uint32_t>(actions_.size()));
  latest_action_ = &at->first;
  latest_action_number_ = at->second;
  return at->second;
}

Duration Pool::draw(const Distribution& distribution, Purpose purpose, const Job& job) const {
  if (const auto constant = distribution.constant_value()) return to_duration(*constant);
  return distribution.duration(random_.uniform(purpose, job.entity, job.key.node, job.key.attempt));
}

void Pool::launch(const Launch& launch) {
  const Slot known = by_key_.find(launch.key);
  if (known != KeyTable::kNone) {
    // Asked for again after the host crashed: it runs, or it has ended and nobody heard.
    if (jobs_[known].stage == Stage::kEnded) {
      inbox_.post(jobs_[known].end);
    } else {
      inbox_.post(LaunchAccepted{launch.key, clock_.now()});
    }
    return;
  }
  const std::uint32_t units = std::max(launch.units, 1u);
  if (!placement_.fits(units)) {
    ++usage_.refused;
    inbox_.post(LaunchFailed{
        launch.key,
        {ErrorKind::kCannotHappen, fmt::format("needs {} units; '{}' has {}", units, settings_.name,
                                               usage_.capacity_units)}});
    return;
  }
  if (settings_.queue_limit && queued_ >= *settings_.queue_limit) {
    ++usage_.refused;
    inbox_.post(LaunchFailed{
        launch.key,
        {ErrorKind::kDidNotHappen, fmt::format("the queue of '{}' is full", settings_.name)}});
    return;
  }
  Slot slot = 0;
  if (free_.empty()) {
    slot = static_cast<Slot>(jobs_.size());
    jobs_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  ++usage_.launched;
  Job& job = jobs_[slot];
  job.key = launch.key;
  job.behaviour = behaviours_.find(
      *launch.definition, std::uint64_t{shard_of(launch.key.workflow)} << 32 | launch.definition_id,
      launch.key.node);
  if (job.behaviour == nullptr) job.behaviour = &settings_.otherwise;
  job.entity = launch.entity;
  job.tenant = launch.tenant;
  job.sequence = usage_.launched;
  job.units = units;
  job.priority = launch.priority;
  job.action = action_number(launch.task->action);
  if (job.behaviour->output_expression || job.behaviour->duration_expression) {
    job.input = launch.input;
    job.params = launch.task->params;
  }
  by_key_.insert(launch.key, slot);
  const Duration latency = draw(settings_.launch_latency, Purpose::kLaunchLatency, job);
  if (latency == Duration::zero()) {
    enqueue(slot);
  } else {
    job.stage = Stage::kArriving;
    job.wake = clock_.call_at(saturating_add(clock_.now(), latency), *this, slot);
  }
}

void Pool::enqueue(Slot slot) {
  Job& job = jobs_[slot];
  job.queued_at = clock_.now();
  inbox_.post(LaunchAccepted{job.key, job.queued_at});
  // Nobody waits, so nobody is overtaken.
  if (queued_ == 0 && start(slot)) return;
  account();
  job.stage = Stage::kQueued;
  queue_[job.priority].push_back(slot);
  ++queued_;
  usage_.longest_queue = std::max(usage_.longest_queue, queued_);
}

void Pool::start_waiting() {
  while (!queue_.empty()) {
    auto& line = queue_.begin()->second;
    if (line.empty()) {
      queue_.erase(queue_.begin());
      continue;
    }
    const Slot slot = line.front();
    // A large task at the head holds the line: those behind it do not overtake, so it cannot
    // starve.
    if (!start(slot)) return;
    line.pop_front();
    account();
    --queued_;
  }
}

bool Pool::start(Slot slot) {
  Job& job = jobs_[slot];
  const Instant now = clock_.now();
  if (!placement_.place(job.units, job.action, now, job.place)) return false;
  account();
  running_units_ += job.units;
  ++usage_.started;
  job.stage = Stage::kRunning;
  plan(job, job.place.cold);
  job.wake = clock_.call_at(job.end.ended_at, *this, slot);
  return true;
}

Payload Pool::facts_of(const Job& job) const {
  const double u = random_.uniform(Purpose::kOutput, job.entity, job.key.node, job.key.attempt);
  return Payload{fmt::format(R"({{"attempt":{},"input":{},"params":{},"u":{}}})", job.key.attempt,
                             job.input.json(), job.params.json(), u)};
}

Expected<Duration> Pool::length_of(const Job& job) const {
  const Behaviour& behaviour = *job.behaviour;
  if (job.key.node < behaviour.duration_of_node.size())
    return behaviour.duration_of_node[job.key.node];
  if (!behaviour.duration_expression) return draw(behaviour.duration, Purpose::kServiceTime, job);
  const Expected<Payload> result = behaviour.duration_expression->evaluate(facts_of(job));
  if (!result) return std::unexpected(result.error());
  const Expected<double> length = json_number(*result);
  if (!length) return std::unexpected(length.error());
  if (!(*length >= 0)) return invalid(fmt::format("{} s is no duration", *length));
  return to_duration(*length * kNsPerSecond);
}

void Pool::plan(Job& job, bool cold) {
  const Behaviour& behaviour = *job.behaviour;
  ActionEnded& end = job.end;
  end.key = job.key;
  end.outcome = Outcome::kSucceeded;
  end.error = ErrorClass::kNone;
  end.result = behaviour.output;
  end.started_at = clock_.now();

  const auto fail_by_expression = [&end](std::string_view what, const Error& error) {
    end.outcome = Outcome::kFailed;
    end.error = ErrorClass::kExpression;
    end.result = Payload{fmt::format("simulated {}: {}", what, error.message)};
  };
  const Expected<Duration> planned = length_of(job);
  Duration length = planned.value_or(Duration::zero());
  if (behaviour.factor) {
    const Correlation correlation = behaviour.correlation;
    const bool is_alone = correlation == Correlation::kNone;
    std::uint64_t a = 0;
    std::uint64_t b = 0;
    if (is_alone || correlation == Correlation::kWorkflow) a = job.entity;
    if (correlation == Correlation::kTenant) a = job.tenant;
    if (is_alone || correlation == Correlation::kNode) b = std::uint64_t{job.key.node} + 1;
    // Counted from the other end than the draws of durations.
    const std::uint64_t n = ~std::uint64_t{is_alone ? job.key.attempt : 0U};
    const double factor =
        behaviour.factor->quantile(random_.uniform(Purpose::kServiceTime, a, b, n));
    length = to_duration(static_cast<double>(length.count()) * factor);
  }
  double failing = 0;
  for (const double rate : behaviour.failure_rate) failing += rate;
  if (failing > 0) {
    const double u = random_.uniform(Purpose::kFailure, job.entity, job.key.node, job.key.attempt);
    double sum = 0;
    for (std::size_t error = 0; error < kErrorClassCount; ++error) {
      sum += behaviour.failure_rate[error];
      if (u >= sum) continue;
      end.outcome = Outcome::kFailed;
      end.error = static_cast<ErrorClass>(error);
      end.result = reason_of(end.error);
      length = to_duration(static_cast<double>(length.count()) * behaviour.failed_after);
      break;
    }
  }
  if (!behaviour.endings.empty()) {
    const std::size_t n =
        std::min<std::size_t>(std::max(job.key.attempt, 1u), behaviour.endings.size()) - 1;
    const Behaviour::Ending& ending = behaviour.endings[n];
    end.outcome = ending.outcome;
    end.error = ending.error;
    end.result = ending.result;
    if (ending.outcome != Outcome::kSucceeded && end.result.empty())
      end.result = reason_of(ending.error);
    if (ending.duration) length = *ending.duration;
  }
  if (end.outcome == Outcome::kSucceeded && behaviour.output_expression) {
    auto output = behaviour.output_expression->evaluate(facts_of(job));
    if (output) {
      end.result = std::move(*output);
    } else {
      fail_by_expression("output", output.error());
    }
  }
  if (!planned) fail_by_expression("duration", planned.error());
  if (cold) {
    ++usage_.cold_starts;
    length = saturating_add(Instant{length}, draw(*settings_.cold_start, Purpose::kColdStart, job))
                 .time_since_epoch();
  }
  end.ended_at = saturating_add(clock_.now(), length);
}

void Pool::wake(std::uint64_t tag) {
  const auto slot = static_cast<Slot>(tag);
  Job& job = jobs_[slot];
  job.wake = {};
  switch (job.stage) {
    case Stage::kArriving:
      enqueue(slot);
      return;
    case Stage::kRunning:
      end(slot);
      return;
    case Stage::kEnded:
      answer(slot);
      return;
    case Stage::kFree:
    case Stage::kQueued:
      return;
  }
}

void Pool::end(Slot slot) {
  Job& job = jobs_[slot];
  account();
  running_units_ -= job.units;
  charge(job, clock_.now(), usage_);
  job.stage = Stage::kEnded;
  placement_.release(job.place, job.action, clock_.now());
  if (!settings_.poll_interval) {
    const Duration latency = draw(settings_.completion_latency, Purpose::kCompletionLatency, job);
    if (latency == Duration::zero()) {
      answer(slot);
    } else {
      job.wake = clock_.call_at(saturating_add(clock_.now(), latency), *this, slot);
    }
  }
  start_waiting();
}

void Pool::answer(Slot slot) {
  inbox_.post(std::move(jobs_[slot].end));
  forget(slot);
}

void Pool::forget(Slot slot) {
  Job& job = jobs_[slot];
  by_key_.erase(job.key);
  job.stage = Stage::kFree;
  job.end.result = {};
  job.input = {};
  job.params = {};
  free_.push_back(slot);
}

void Pool::poll(const ActionKey& key) {
  ++usage_.polls;
  const Slot found = by_key_.find(key);
  if (found == KeyTable::kNone) {
    inbox_.post(ActionStatus{key, false});
  } else if (jobs_[found].stage == Stage::kEnded && settings_.poll_interval) {
    answer(found);
  } else {
    inbox_.post(ActionStatus{key, true});
  }
}

void Pool::cancel(const ActionKey& key) {
  const Slot found = by_key_.find(key);
  if (found == KeyTable::kNone || jobs_[found].stage == Stage::kEnded) return;
  const Slot slot = found;
  Job& job = jobs_[slot];
  account();
  clock_.cancel(job.wake);
  job.wake = {};
  job.end.key = key;
  job.end.outcome = Outcome::kCancelled;
  job.end.error = ErrorClass::kNone;
  job.end.result = Payload{"cancelled on request"};
  job.end.ended_at = clock_.now();
  if (job.stage == Stage::kRunning) {
    running_units_ -= job.units;
    charge(job, clock_.now(), usage_);
    placement_.release(job.place, job.action, clock_.now());
  } else {
    job.end.started_at = kUnset;
    if (job.stage == Stage::kQueued) {
      auto& line = queue_[job.priority];
      line.erase(std::find(line.begin(), line.end(), slot));
      --queued_;
    }
  }
  job.stage = Stage::kEnded;
  answer(slot);
  start_waiting();
}

}  // namespace gnomon::sim
