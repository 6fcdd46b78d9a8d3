#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace gnomon::scenarios {

/// One thing that every run measures, in either world; thresholds are held against it, and it
/// stands in the record. The one table of them is `metrics()`: what a threshold may say
/// (threshold_check.cc), how it is held against a run (runner/thresholds.h), and the list in
/// docs/SCENARIO.md come from it.
struct Metric {
  enum class Measure : std::uint8_t {
    kTime,   ///< a distribution of times, in seconds
    kCount,  ///< how many
    kShare,  ///< a part of something, or a multiple of it
    kPrice,  ///< a sum in the unit of `cost_per_unit_hour`
  };
  /// What its labels are; without a label it is all of them together, where that has a meaning.
  enum class LabelKind : std::uint8_t {
    kNone,
    kWorkflowOutcome,  ///< an outcome; started; live
    kNodeOutcome,
    kWorkflow,
    kRuntime,
    kEvent,
    kTenant,  ///< a tenant, `default` for who names none; or one at a runtime: `ads/gpu`
    kRoute,   ///< a subscriber or a route
    kFault,   ///< the number of the fault, from 0
  };

  std::string_view name;
  Measure measure;
  LabelKind label;
  bool has_total;  ///< whether it may stand without a label
  bool has_share;  ///< whether `rate` gives a label's share of the total
  std::string_view meaning;
};

/// The label of the tenant that has no name; no other has this one.
inline constexpr std::string_view kDefaultTenant = "default";

std::span<const Metric> metrics();
/// Null if there is none of that name.
const Metric* find_metric(std::string_view name);

/// For messages and the page: "a time", "a runtime".
std::string_view to_string(Metric::Measure measure);
std::string_view to_string(Metric::LabelKind label);

}  // namespace gnomon::scenarios
