#include "scenarios/language/policy_types.h"

#include "scenarios/language/object.h"
#include "scenarios/language/scalars.h"

namespace gnomon::scenarios {
namespace {

Type<std::uint32_t> classes_type() {
  return as<std::uint32_t>(list_of(error_class_type(), 1),
                           [](const std::vector<ErrorClass>& errors) {
                             std::uint32_t bits = 0;
                             for (const ErrorClass error : errors) bits |= RetryPolicy::bit(error);
                             return bits;
                           });
}

Type<RetryPolicy> make_retry_type() {
  Object<RetryPolicy> object(
      "Retry",
      "When an action that failed is tried again. The number of attempts may stand by itself.");
  const Type<std::uint32_t> attempts = whole<std::uint32_t>(1, 1000);
  object
      .field("attempts", &RetryPolicy::max_attempts, attempts,
             "Attempts in all, the first included.")
      .required();
  object.field("delay", &RetryPolicy::initial_delay, duration(), "Before the second attempt.")
      .by_default("1s");
  object
      .field("multiplier", &RetryPolicy::multiplier_percent,
             as<std::uint32_t>(
                 number(1, 100),
                 [](double factor) { return static_cast<std::uint32_t>(factor * 100 + 0.5); }),
             "The delay grows by this factor from attempt to attempt.")
      .by_default("2");
  object
      .field("max_delay", &RetryPolicy::max_delay, duration(),
             "The delay grows no longer than this.")
      .by_default("5m");
  object
      .field("jitter", &RetryPolicy::jitter_percent,
             as<std::uint32_t>(
                 share(), [](double part) { return static_cast<std::uint32_t>(part * 100 + 0.5); }),
             "The delay is shorter by up to this part of itself, at random.")
      .by_default("0%");
  object
      .field("on", &RetryPolicy::retry_on, classes_type(),
             "Classes of errors that are tried again.")
      .by_default("[transient, lost, launch, timeout]");
  object.example(
      "{attempts: 3, delay: 10s, multiplier: 2, max_delay: 5m, jitter: 20%, on: [transient, "
      "lost]}");
  Type<RetryPolicy> shorthand = as<RetryPolicy>(attempts, [](std::uint32_t count) {
    RetryPolicy policy;
    policy.max_attempts = count;
    return policy;
  });
  return either(std::move(shorthand), std::move(object).type());
}

Type<Tenant> make_tenant_type() {
  Object<Tenant> object(
      "Tenant",
      "A user of the platform: what holds for its workflows where they do not say otherwise.");
  object.field("retry", &Tenant::retry, retry_type(),
               "When actions that failed are tried again; absent: as the engine's `defaults`, or "
               "else never.");
  object.field("timeout", &Tenant::timeout, duration(1ns),
               "Of one attempt; absent: as the engine's `defaults`, or else none.");
  object.field("priority", &Tenant::priority, priority_type(),
               "Of its workflows; absent: as the engine's `defaults`, or else 0.");
  object.example("{retry: {attempts: 3, delay: 5s}, priority: 10}");
  return std::move(object).type();
}

}  // namespace

const std::vector<std::pair<std::string, ErrorClass>>& failure_classes() {
  static const std::vector<std::pair<std::string, ErrorClass>> classes = [] {
    std::vector<std::pair<std::string, ErrorClass>> all;
    for (std::size_t i = 1; i < kErrorClassCount; ++i) {
      const auto error = static_cast<ErrorClass>(i);
      all.emplace_back(to_string(error), error);
    }
    return all;
  }();
  return classes;
}

std::string_view meaning_of(ErrorClass error) {
  switch (error) {
    case ErrorClass::kNone:
      return "It did not fail.";
    case ErrorClass::kTransient:
      return "It may succeed when tried again.";
    case ErrorClass::kPermanent:
      return "The work itself is wrong; trying again is vain.";
    case ErrorClass::kTimeout:
      return "It ran longer than its timeout.";
    case ErrorClass::kLost:
      return "The worker died, or nothing was heard of it any more.";
    case ErrorClass::kLaunch:
      return "The runtime could not launch it.";
    case ErrorClass::kExpression:
      return "An input, output or condition expression failed.";
    case ErrorClass::kChild:
      return "A sub-workflow did not succeed, or could not be created.";
  }
  return "";
}

Type<ErrorClass> error_class_type() {
  return one_of<ErrorClass>(failure_classes());
}

Type<Outcome> outcome_type() {
  std::vector<std::pair<std::string, Outcome>> outcomes;
  for (const Outcome outcome : {Outcome::kSucceeded, Outcome::kFailed, Outcome::kCancelled,
                                Outcome::kTimedOut, Outcome::kSkipped}) {
    outcomes.emplace_back(to_string(outcome), outcome);
  }
  return one_of<Outcome>(std::move(outcomes));
}

Type<FailurePolicy> failure_policy_type() {
  std::vector<std::pair<std::string, FailurePolicy>> policies;
  for (const FailurePolicy policy :
       {FailurePolicy::kContinueProcessing, FailurePolicy::kBlockDependents,
        FailurePolicy::kCancelDependents}) {
    policies.emplace_back(to_string(policy), policy);
  }
  return one_of<FailurePolicy>(std::move(policies));
}

Type<std::int16_t> priority_type() {
  return whole<std::int16_t>(-1000, 1000);
}

const Type<RetryPolicy>& retry_type() {
  static const Type<RetryPolicy> type = make_retry_type();
  return type;
}

const Type<Tenant>& tenant_type() {
  static const Type<Tenant> type = make_tenant_type();
  return type;
}

}  // namespace gnomon::scenarios
