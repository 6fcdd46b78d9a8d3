#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "engine/base/nearest_name.h"
#include "engine/model/policy.h"
#include "engine/record/event.h"
#include "scenarios/language/metric.h"
#include "scenarios/language/scenario_type.h"

namespace gnomon::scenarios {
namespace {

using Aggregate = Threshold::Aggregate;
using Label = Metric::LabelKind;
using Measure = Metric::Measure;
using Unit = Threshold::Unit;

constexpr std::size_t kNamesShown = 8;

using Names = std::vector<std::string>;

Names outcomes() {
  Names names;
  for (auto each = Outcome::kSucceeded; each <= Outcome::kSkipped;
       each = static_cast<Outcome>(static_cast<int>(each) + 1))
    names.emplace_back(to_string(each));
  return names;
}

Names event_kinds() {
  Names names;
  for (std::size_t i = 0; i < kEventKindCount; ++i)
    names.emplace_back(to_string(static_cast<EventKind>(i)));
  return names;
}

void add_keys(const Value& root, std::string_view section, Names& names) {
  const Value* map = root.find(section);
  if (map == nullptr) return;
  for (const Member& member : map->members) names.push_back(member.key);
}

/// Everything that a metric can be of, in this scenario.
Names labels(Label kind, const Value& root, const Decoder& decoder) {
  Names names;
  switch (kind) {
    case Label::kNone:
      break;
    case Label::kWorkflowOutcome:
      names = outcomes();
      names.insert(names.end(), {"started", "live"});
      break;
    case Label::kNodeOutcome:
      names = outcomes();
      break;
    case Label::kWorkflow:
      names = decoder.definitions;
      break;
    case Label::kRuntime:
      add_keys(root, "runtimes", names);
      break;
    case Label::kTenant:
      add_keys(root, "tenants", names);
      names.emplace_back(kDefaultTenant);
      for (std::size_t i = 0, tenants = names.size(); i < tenants; ++i) {
        Names runtimes;
        add_keys(root, "runtimes", runtimes);
        for (const std::string& runtime : runtimes) names.push_back(names[i] + '/' + runtime);
      }
      break;
    case Label::kEvent:
      names = event_kinds();
      break;
    case Label::kRoute:
      add_keys(root, "subscribers", names);
      add_keys(root, "routes", names);
      break;
    case Label::kFault:
      if (const Value* faults = root.find("faults")) {
        for (std::size_t i = 0; i < faults->items.size(); ++i) names.push_back(std::to_string(i));
      }
      break;
  }
  return names;
}

/// " (did you mean 'x'?)", or, where nothing is near and there are few, all that there are.
std::string hint_among(std::string_view wanted, const Names& names) {
  NearestName nearest(wanted);
  for (const std::string& name : names) nearest.consider(name);
  if (!nearest.name().empty() || names.size() > kNamesShown) return nearest.hint();
  if (names.empty()) return "; there is none";
  return fmt::format("; there are {}", fmt::join(names, ", "));
}

std::string problem_of_metric(const Threshold& threshold) {
  Names names;
  for (const Metric& metric : metrics()) names.emplace_back(metric.name);
  return fmt::format("there is no metric '{}'{}", threshold.metric,
                     hint_among(threshold.metric, names));
}

std::string problem_of_label(const Threshold& threshold, const Metric& metric, const Value& root,
                             const Decoder& decoder) {
  const std::string_view kind = to_string(metric.label);
  if (threshold.label.empty()) {
    if (metric.has_total) return "";
    const Names names = labels(metric.label, root, decoder);
    return fmt::format("'{}' needs a {}: {}({})", metric.name, kind, metric.name,
                       names.empty() ? "..." : names.front());
  }
  if (metric.label == Label::kNone) return fmt::format("'{}' has no labels", metric.name);
  const Names names = labels(metric.label, root, decoder);
  if (std::ranges::find(names, threshold.label) != names.end()) return "";
  return fmt::format("'{}' has no {} '{}'{}", metric.name, kind, threshold.label,
                     hint_among(threshold.label, names));
}

/// An aggregate must fit what the metric is.
std::string problem_of_aggregate(const Threshold& threshold, const Metric& metric) {
  const Aggregate aggregate = threshold.aggregate;
  const auto told = [&](std::string_view what) {
    return fmt::format("'{}' is {}, {}", metric.name, to_string(metric.measure), what);
  };
  if (metric.measure == Measure::kTime) {
    if (aggregate != Aggregate::kRate) return "";
    return told("which has no rate; there are p(95), mean, min, max, median, sum and count");
  }
  if (aggregate == Aggregate::kValue) return "";
  if (metric.measure != Measure::kCount)
    return told("which is one number: leave the aggregate out");
  if (aggregate == Aggregate::kCount || aggregate == Aggregate::kSum) return "";
  if (aggregate != Aggregate::kRate) return told("which is one number; there are count and rate");
  if (threshold.unit == Unit::kPerSecond) return "";
  if (metric.has_share) {
    return threshold.label.empty()
               ? fmt::format(
                     "the rate of all of '{}' is all of it: give it a label, or a bound such "
                     "as 5/s",
                     metric.name)
               : "";
  }
  return told("but no part of something: give its rate a bound such as 5/s");
}

Unit unit_of(const Threshold& threshold, const Metric& metric) {
  if (threshold.aggregate == Aggregate::kCount) return Unit::kNone;
  if (threshold.aggregate == Aggregate::kRate)
    return threshold.unit == Unit::kPerSecond ? Unit::kPerSecond : Unit::kShare;
  if (metric.measure == Measure::kTime) return Unit::kSeconds;
  return metric.measure == Measure::kShare ? Unit::kShare : Unit::kNone;
}

/// A bound is a number, or has the unit of what is measured.
std::string problem_of_unit(const Threshold& threshold, const Metric& metric) {
  constexpr std::array<std::string_view, 5> kNames = {"a number", "a duration", "a percentage",
                                                      "a rate", "a size"};
  constexpr std::array<std::string_view, 5> kExamples = {"1000", "30s", "60%", "5/s", "64MiB"};
  const auto wanted = static_cast<std::size_t>(unit_of(threshold, metric));
  const auto found = static_cast<std::size_t>(threshold.unit);
  if (threshold.unit == Unit::kNone || found == wanted) return "";
  return fmt::format("expected {} such as {} as the bound, found {}", kNames[wanted],
                     kExamples[wanted], kNames[found]);
}

/// All that is wrong with one threshold that could be parsed.
Names problems_of(const Threshold& threshold, const Value& root, const Decoder& decoder) {
  const Metric* metric = find_metric(threshold.metric);
  if (metric == nullptr) return {problem_of_metric(threshold)};
  Names problems = {problem_of_label(threshold, *metric, root, decoder),
                    problem_of_aggregate(threshold, *metric)};
  if (problems.back().empty()) problems.push_back(problem_of_unit(threshold, *metric));
  std::erase(problems, "");
  return problems;
}

}  // namespace

void check_thresholds(const Value& root, Decoder& decoder) {
  const Value* thresholds = root.find("thresholds");
  if (thresholds == nullptr) return;
  for (const Value& each : thresholds->items) {
    if (each.kind != ValueKind::kString) continue;
    const Expected<Threshold> threshold = parse_threshold(each.text);
    if (!threshold) continue;  // told where it was read
    for (const std::string& problem : problems_of(*threshold, root, decoder))
      decoder.error(each.place, fmt::format("in this threshold, {}", problem));
  }
}

}  // namespace gnomon::scenarios
