#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

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

Names together(Names names, const Names& more) {
  names.insert(names.end(), more.begin(), more.end());
  return names;
}

Names numbers_below(std::size_t end) {
  Names names;
  for (std::size_t i = 0; i < end; ++i) names.push_back(fmt::format("{}", i));
  return names;
}

/// What metrics can be of, in one scenario.
class Labels {
 public:
  Labels(const Value& root, const Decoder& decoder) : root_(root), decoder_(decoder) {}

  /// One of them, for a message; "..." where there is none.
  std::string example(Label kind) {
    const Names& names = known(kind).in_order;
    return names.empty() ? "..." : names.front();
  }

  /// What is wrong with the label of a metric, or "". That of a bill may be `tenant/runtime`; the
  /// names of tenants have no '/'.
  std::string problem(const Metric& metric, std::string_view label) {
    const std::size_t slash = label.find('/');
    if (metric.label != Label::kTenant || slash == label.npos)
      return problem_of_name(metric, metric.label, label);
    const std::string problem = problem_of_name(metric, Label::kTenant, label.substr(0, slash));
    if (!problem.empty()) return problem;
    return problem_of_name(metric, Label::kRuntime, label.substr(slash + 1));
  }

 private:
  struct Known {
    Names in_order;  ///< of the text
    Names sorted;
  };

  std::string problem_of_name(const Metric& metric, Label kind, std::string_view name) {
    const Known& names = known(kind);
    if (std::ranges::binary_search(names.sorted, name)) return "";
    return fmt::format("'{}' has no {} '{}'{}", metric.name, to_string(kind), name,
                       decoder_.hint_among(name, names.in_order));
  }

  /// Gathered once for each kind, however many thresholds there are.
  const Known& known(Label kind) {
    const auto [entry, is_new] = known_.try_emplace(kind);
    Known& names = entry->second;
    if (is_new) {
      names.in_order = names_of(kind);
      names.sorted = names.in_order;
      std::ranges::sort(names.sorted);
    }
    return names;
  }

  Names names_of(Label kind) const {
    switch (kind) {
      case Label::kNone:
        break;
      case Label::kWorkflowOutcome:
        return together(outcomes(), {"started", "live"});
      case Label::kNodeOutcome:
        return outcomes();
      case Label::kWorkflow:
        return decoder_.definitions;
      case Label::kRuntime:
        return names_under(root_, "runtimes");
      case Label::kTenant:
        return together(names_under(root_, "tenants"), {std::string(kDefaultTenant)});
      case Label::kEvent:
        return event_kinds();
      case Label::kRoute:
        return together(names_under(root_, "subscribers"), names_under(root_, "routes"));
      case Label::kFault: {
        const Value* faults = root_.find("faults");
        return numbers_below(faults == nullptr ? 0 : faults->items.size());
      }
    }
    return {};
  }

  const Value& root_;
  const Decoder& decoder_;
  std::map<Label, Known> known_;
};

std::string problem_of_metric(const Threshold& threshold, const Decoder& decoder) {
  Names names;
  for (const Metric& metric : metrics()) names.emplace_back(metric.name);
  return fmt::format("there is no metric '{}'{}", threshold.metric,
                     decoder.hint_among(threshold.metric, names));
}

std::string problem_of_label(const Threshold& threshold, const Metric& metric, Labels& labels) {
  if (threshold.label.empty()) {
    if (metric.has_total) return "";
    return fmt::format("'{}' needs a {}: {}({})", metric.name, to_string(metric.label), metric.name,
                       labels.example(metric.label));
  }
  if (metric.label == Label::kNone) return fmt::format("'{}' has no labels", metric.name);
  return labels.problem(metric, threshold.label);
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
Names problems_of(const Threshold& threshold, Labels& labels, const Decoder& decoder) {
  const Metric* metric = find_metric(threshold.metric);
  if (metric == nullptr) return {problem_of_metric(threshold, decoder)};
  Names problems = {problem_of_label(threshold, *metric, labels),
                    problem_of_aggregate(threshold, *metric)};
  if (problems.back().empty()) problems.push_back(problem_of_unit(threshold, *metric));
  std::erase(problems, "");
  return problems;
}

}  // namespace

void check_thresholds(const Value& root, Decoder& decoder) {
  const Value* thresholds = root.find("thresholds");
  if (thresholds == nullptr) return;
  Labels labels(root, decoder);
  for (const Value& each : thresholds->items) {
    if (each.kind != ValueKind::kString) continue;
    const Expected<Threshold> threshold = parse_threshold(each.text);
    if (!threshold) continue;  // told where it was read
    for (const std::string& problem : problems_of(*threshold, labels, decoder))
      decoder.error(each.place, fmt::format("in this threshold, {}", problem));
  }
}

}  // namespace gnomon::scenarios
