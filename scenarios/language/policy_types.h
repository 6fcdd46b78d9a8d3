#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/policy.h"
#include "scenarios/language/type.h"

/// How policies are written: retries, outcomes, classes of errors, priorities, tenants.

namespace gnomon::scenarios {

/// Why an attempt may fail: all of ErrorClass but kNone.
const std::vector<std::pair<std::string, ErrorClass>>& failure_classes();
std::string_view meaning_of(ErrorClass error);
Type<ErrorClass> error_class_type();
/// succeeded, failed, cancelled, timed_out, skipped.
Type<Outcome> outcome_type();
Type<FailurePolicy> failure_policy_type();
Type<std::int16_t> priority_type();
/// {attempts: 3, delay: 10s, on: [transient]}, or the number of attempts alone.
const Type<RetryPolicy>& retry_type();
const Type<Tenant>& tenant_type();

}  // namespace gnomon::scenarios
