#include "engine/model/policy.h"

#include <algorithm>

namespace gnomon {
namespace {

constexpr std::array<std::string_view, kErrorClassCount> kErrorNames = {
    "none", "transient", "permanent", "timeout", "lost", "launch", "expression", "child"};
constexpr std::array<std::string_view, 6> kOutcomeNames = {"none",      "succeeded", "failed",
                                                           "cancelled", "timed_out", "skipped"};
constexpr std::array<std::string_view, 3> kPolicyNames = {"ContinueProcessing", "BlockDependents",
                                                          "CancelDependents"};

template <typename Enum, std::size_t N>
std::optional<Enum> find(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

Duration RetryPolicy::delay_after(std::uint32_t attempt) const {
  std::int64_t delay = initial_delay.count();
  const std::int64_t cap = max_delay.count();
  for (std::uint32_t i = 1; i < attempt && delay < cap; ++i) {
    std::int64_t scaled = 0;
    if (__builtin_mul_overflow(delay, std::int64_t{multiplier_percent}, &scaled)) return max_delay;
    const std::int64_t next = scaled / 100;
    if (next <= delay) break;  // a multiplier of 100 % or less never grows
    delay = next;
  }
  return Duration{std::min(delay, cap)};
}

std::string_view to_string(ErrorClass error) {
  return kErrorNames[static_cast<std::size_t>(error)];
}
std::string_view to_string(Outcome outcome) {
  return kOutcomeNames[static_cast<std::size_t>(outcome)];
}
std::string_view to_string(FailurePolicy policy) {
  return kPolicyNames[static_cast<std::size_t>(policy)];
}
std::optional<ErrorClass> error_class_from(std::string_view name) {
  return find<ErrorClass>(kErrorNames, name);
}
std::optional<Outcome> outcome_from(std::string_view name) {
  return find<Outcome>(kOutcomeNames, name);
}

}  // namespace gnomon
