#include "scenarios/language/metric.h"

#include <algorithm>
#include <array>

namespace gnomon::scenarios {
namespace {

using Label = Metric::LabelKind;
using Measure = Metric::Measure;

constexpr std::array<Metric, 25> kMetrics = {{
    {"workflows", Measure::kCount, Label::kWorkflowOutcome, true, true,
     "Workflows, by their last end; `started`; `live` at the end."},
    {"makespan", Measure::kTime, Label::kWorkflow, true, false,
     "From a workflow's creation to its last end: a retry makes it longer."},
    {"success", Measure::kShare, Label::kWorkflow, true, false,
     "Of the workflows that ended, those whose last end was a success."},
    {"nodes", Measure::kCount, Label::kNodeOutcome, true, true, "Nodes, by their last end."},
    {"node_time", Measure::kTime, Label::kNone, true, false, "Of a node, READY to FINISHED."},
    {"queue_wait", Measure::kTime, Label::kRuntime, true, false,
     "Handed to the runtime until a worker took it, last attempt."},
    {"run_time", Measure::kTime, Label::kRuntime, true, false, "On a worker, last attempt."},
    {"notify_delay", Measure::kTime, Label::kRuntime, true, false,
     "End of the work until its node was FINISHED."},
    {"overhead", Measure::kShare, Label::kNone, true, false,
     "Of READY to FINISHED, in which no runtime had it, over tasks that were tried once and were "
     "not on their way when a run was gone on with."},
    {"attempts", Measure::kCount, Label::kNone, true, false, "Attempts launched."},
    {"retries", Measure::kCount, Label::kNone, true, false, "Attempts after the first."},
    {"events", Measure::kCount, Label::kEvent, true, true, "Events, by kind: `node_end`."},
    {"utilisation", Measure::kShare, Label::kRuntime, false, false,
     "Units held over the units there are, over the run; simulated."},
    {"cold_starts", Measure::kCount, Label::kRuntime, false, false,
     "Containers started; simulated."},
    {"polls", Measure::kCount, Label::kRuntime, false, false,
     "How often it was asked for completions; simulated."},
    {"refused", Measure::kCount, Label::kRuntime, false, false, "Launches refused; simulated."},
    {"longest_queue", Measure::kCount, Label::kRuntime, false, false,
     "The most launches that waited at once; simulated."},
    {"cost", Measure::kPrice, Label::kRuntime, true, false,
     "Units held x hours x `cost_per_unit_hour`; simulated."},
    {"bill", Measure::kPrice, Label::kTenant, false, false,
     "A tenant's share of the cost, of all runtimes or of one: `bill(ads/gpu)`; simulated."},
    {"shard_imbalance", Measure::kShare, Label::kNone, true, false,
     "Nodes that ended in the busiest shard over the mean of all shards."},
    {"delivered", Measure::kCount, Label::kRoute, false, false, "Events that it has taken."},
    {"behind", Measure::kCount, Label::kRoute, false, false, "Events that it has yet to take."},
    {"passed_over", Measure::kCount, Label::kRoute, false, false,
     "Events for which its expressions failed, and commands that were refused."},
    {"redelivered", Measure::kCount, Label::kRoute, false, false,
     "Deliveries that failed or were not answered, and came again."},
    {"faults", Measure::kCount, Label::kFault, false, false,
     "How often the rule at that place of `faults` struck, from 0; simulated."},
}};

}  // namespace

std::span<const Metric> metrics() {
  return kMetrics;
}

const Metric* find_metric(std::string_view name) {
  const auto* found = std::ranges::find(kMetrics, name, &Metric::name);
  return found == kMetrics.end() ? nullptr : found;
}

std::string_view to_string(Measure measure) {
  constexpr std::array<std::string_view, 4> kNames = {"a time", "a count", "a share", "a price"};
  return kNames[static_cast<std::size_t>(measure)];
}

std::string_view to_string(Label label) {
  constexpr std::array<std::string_view, 9> kNames = {
      "nothing",          "outcome",       "outcome", "workflow",
      "runtime",          "kind of event", "tenant",  "subscriber or route",
      "number of a fault"};
  return kNames[static_cast<std::size_t>(label)];
}

}  // namespace gnomon::scenarios
