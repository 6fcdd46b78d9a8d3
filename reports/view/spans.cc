#include "reports/view/spans.h"

#include <algorithm>
#include <initializer_list>

#include "engine/model/policy.h"

namespace gnomon::reports {
namespace {

Instant first_set(std::initializer_list<Instant> instants) {
  for (const Instant at : instants) {
    if (at != kUnset) return at;
  }
  return kUnset;
}

AttemptSpan make_span(std::uint32_t attempt, Instant launched, Instant started, Instant ended,
                      ErrorClass error, std::uint8_t outcome, Instant until) {
  AttemptSpan span;
  span.attempt = attempt;
  span.outcome = outcome;
  span.launched = first_set({launched, started, ended, until});
  span.ended = std::max(ended == kUnset ? until : ended, span.launched);
  if (started != kUnset) {
    span.started = std::clamp(started, span.launched, span.ended);
  } else {
    // Of what ended by itself, the runtime has not told when it began: all of it counts as work.
    // What was given up never had a worker, as far as anybody knows.
    const bool given_up = error == ErrorClass::kLaunch || error == ErrorClass::kLost ||
                          error == ErrorClass::kTimeout || Outcome{outcome} == Outcome::kCancelled;
    span.started = given_up || ended == kUnset ? span.ended : span.launched;
  }
  return span;
}

}  // namespace

AttemptSpan latest_attempt(const NodeRow& node, Instant until) {
  const bool told = node.launched_at != kUnset || node.started_at != kUnset;
  // One that is under way may have been handed out without an answer yet.
  const bool under_way = node.phase == NodePhase::kRunning && node.attempt > node.attempts_before;
  if (!told && !under_way) return {};
  const Instant launched = told ? node.launched_at : node.running_at;
  const Instant ended = first_set({node.ended_at, node.finishing_at, node.finished_at});
  return make_span(std::max(node.attempt, 1u), launched, node.started_at, ended,
                   ErrorClass{node.error_class}, node.outcome, until);
}

AttemptSpan span_of(const AttemptRow& attempt, Instant until) {
  return make_span(attempt.key.attempt, attempt.launched_at, attempt.started_at, attempt.ended_at,
                   ErrorClass{attempt.error_class}, attempt.outcome, until);
}

Instant begin_of(const NodeRow& node) {
  return first_set({node.ready_at, node.running_at, node.launched_at, node.started_at});
}

Instant end_of(const NodeRow& node) {
  if (node.phase != NodePhase::kFinished) return kUnset;
  return first_set({node.finished_at, node.finishing_at, node.ended_at});
}

Spans spans_of(const NodeRow& node, std::span<const AttemptRow> earlier, Instant until) {
  Spans spans;
  spans.begin = begin_of(node);
  if (!spans.has_begun()) return spans;
  spans.end = end_of(node);
  const Instant end = std::max(spans.has_ended() ? spans.end : until, spans.begin);
  if (spans.has_ended()) spans.end = end;

  Instant accounted = spans.begin;  // attempts do not overlap, whatever clocks say
  bool first = true;
  const auto add = [&](const AttemptSpan& span) {
    const Instant launched = std::clamp(span.launched, accounted, end);
    const Instant started = std::clamp(span.started, launched, end);
    const Instant ended = std::clamp(span.ended, started, end);
    if (!first) spans.backoff += launched - accounted;
    spans.queue += started - launched;
    spans.run += ended - started;
    accounted = ended;
    first = false;
  };
  for (const AttemptRow& attempt : earlier) {
    // Attempts of an earlier run (RetryWorkflow) lie before this READY.
    if (attempt.launched_at != kUnset && attempt.launched_at < spans.begin) continue;
    add(span_of(attempt, end));
  }
  if (const AttemptSpan latest = latest_attempt(node, end); latest.attempt != 0) {
    add(latest);
  } else if (node.running_at != kUnset) {
    const Instant running = std::clamp(node.running_at, accounted, end);
    spans.run +=
        std::clamp(first_set({node.finishing_at, node.finished_at, end}), running, end) - running;
  }
  spans.engine = (end - spans.begin) - spans.queue - spans.run - spans.backoff;
  return spans;
}

}  // namespace gnomon::reports
