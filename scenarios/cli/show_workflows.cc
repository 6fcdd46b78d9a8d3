#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "adapters/sqlite/record_reader.h"
#include "engine/expressions/json.h"
#include "engine/model/policy.h"
#include "reports/text/escape.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/listing.h"
#include "scenarios/cli/record_input.h"
#include "scenarios/cli/show.h"

namespace gnomon::cli {

namespace {

adapters::WorkflowFilter filter_of(const ShowArguments& arguments) {
  adapters::WorkflowFilter filter;
  filter.name = arguments.name;
  filter.tenant = arguments.tenant;
  if (!arguments.state.empty()) {
    filter.outcome = outcome_from(arguments.state);
    filter.phase = filter.outcome                ? WorkflowPhase::kFinished
                   : arguments.state == "paused" ? WorkflowPhase::kPaused
                                                 : WorkflowPhase::kRunning;
  }
  if (!arguments.label.empty()) {
    const std::size_t equals = arguments.label.find('=');
    if (equals == std::string::npos) stop(kUsage, "--label wants NAME=VALUE, such as team=ads");
    filter.label = arguments.label.substr(0, equals);
    filter.label_value = arguments.label.substr(equals + 1);
  }
  return filter;
}

/// What the run was, and whether all of it is here.
void show_head(const adapters::RunFacts& facts, Listing& listing) {
  std::string head = facts.scenario.empty() ? "a run" : facts.scenario;
  if (!facts.world.empty()) head += fmt::format(", {}", facts.world);
  if (facts.seed) head += fmt::format(", seed {}", *facts.seed);
  std::vector<Payload> overrides;
  for (const std::string& each : facts.overrides.value_or(std::vector<std::string>{})) {
    head += fmt::format(" --set {}", each);
    overrides.emplace_back(json_string(each));
  }
  if (facts.interrupted) head += "; interrupted, so this is its beginning";
  if (facts.world == "real" && facts.ended_at == kUnset) head += "; not ended";
  listing.line(reports::clean(head));
  listing.fact({"", "scenario"}, Cell::unless_empty(facts.scenario));
  listing.fact({"", "world"}, Cell::unless_empty(facts.world));
  if (facts.seed) listing.fact({"", "seed"}, Cell{*facts.seed});
  listing.fact({"", "overrides"}, Cell::json(json_array(overrides)));
  listing.fact({"", "began"}, Cell{facts.started_at});
  listing.fact({"", "ended"}, Cell{facts.ended_at});
  listing.fact({"", "interrupted"}, Cell::json(Payload{facts.interrupted ? "true" : "false"}));
}

}  // namespace

void show_workflows(const ShowArguments& arguments) {
  auto reader = must(adapters::RecordReader::open(arguments.record));
  std::map<std::pair<ShardId, DefinitionId>, std::string> names;
  for (adapters::ShardDefinition& definition : must(reader.definitions())) {
    names[{definition.shard, definition.row.id}] = std::move(definition.row.name);
  }
  const adapters::WorkflowFilter filter = filter_of(arguments);
  std::uint64_t all = 0;
  must(reader.workflows(filter, [&](WorkflowRow&&) { return ++all > 0; }));
  Listing listing(arguments, "gnomon.workflows/1");
  show_head(must(reader.facts()), listing);
  if (all == 0)
    listing.line(must(reader.workflow_count()) == 0 ? "  no workflows" : "  no such workflows");
  listing.begin_rows("workflows", {{"id", "id", Column::Align::kRight},
                                   {"workflow", "name"},
                                   {"state", "state"},
                                   {"makespan", "makespan_s", Column::Align::kRight},
                                   {"started", "created_at"},
                                   {"key", "key"},
                                   {"", "tenant"},
                                   {"", "run"},
                                   {"", "reason"}});
  must(reader.workflows(filter, [&](WorkflowRow&& row) {
    if (listing.is_full()) return false;
    listing.row({Cell::workflow(row.id), Cell{names[{shard_of(row.id), row.definition}]},
                 Cell::state(row), Cell::between(row.created_at, row.finished_at),
                 Cell{row.created_at, Cell::Ink::kDim}, Cell{row.key, Cell::Ink::kDim},
                 Cell{row.tenant}, Cell{row.run}, Cell::unless_empty(row.reason.text())});
    return true;
  }));
  listing.end(all);
}

}  // namespace gnomon::cli
