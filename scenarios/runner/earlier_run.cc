#include "scenarios/runner/earlier_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include "adapters/sqlite/mailbox.h"
#include "adapters/sqlite/record_reader.h"
#include "scenarios/language/workflow.h"

namespace gnomon::scenarios {
namespace {

/// None if there is no file, or nothing in it yet.
Expected<std::optional<adapters::RunFacts>> read_facts(const std::string& record) {
  if (!std::filesystem::exists(record) || adapters::RecordReader::is_blank(record))
    return std::nullopt;
  auto reader = adapters::RecordReader::open(record);
  if (!reader) return std::unexpected(reader.error());
  auto facts = reader->facts();
  if (!facts) return std::unexpected(facts.error());
  return std::move(*facts);
}

bool is_real(const adapters::RunFacts& facts) {
  return facts.world == "real" && facts.started_at != kUnset;
}

/// Whether this scenario can go on with what the record holds: what it uploads again must be what
/// it was, and the runtimes that live workflows need must be there. Known before anything is
/// opened, so that a scenario which is refused has launched nothing and failed nothing.
Expected<void> check_goes_on(const Scenario& scenario, const std::string& record) {
  auto reader = adapters::RecordReader::open(record);
  if (!reader) return std::unexpected(reader.error());
  const auto definitions = reader->definitions();
  if (!definitions) return std::unexpected(definitions.error());
  std::set<std::pair<ShardId, DefinitionId>> live;
  for (const WorkflowPhase phase : {WorkflowPhase::kRunning, WorkflowPhase::kPaused}) {
    const auto read = reader->workflows({.phase = phase}, [&](WorkflowRow&& row) {
      live.emplace(shard_of(row.id), row.definition);
      return true;
    });
    if (!read) return read;
  }
  for (const auto& [shard, row] : *definitions) {
    const auto definition = decode_workflow(row.name, row.source.json());
    if (!definition) return std::unexpected(definition.error());
    const auto again =
        std::ranges::find_if(scenario.workflows, [&, &stored = row](const DefinitionPtr& mine) {
          return mine->name() == stored.name && mine->version() == stored.version;
        });
    if (row.uploaded && again != scenario.workflows.end() &&
        (*again)->source() != (*definition)->source()) {
      return invalid(fmt::format(
          "{} holds an unfinished run in which the workflow '{}' is another one: give the changed "
          "workflow a new version, finish that run first, or choose another record with -o",
          record, row.name));
    }
    if (!live.contains({shard, row.id})) continue;
    for (NodeIndex node = 0; node < (*definition)->node_count(); ++node) {
      const auto* task = std::get_if<TaskSpec>(&(*definition)->spec(node).work);
      const auto runs_it = [&](const RuntimeSettings& runtime) {
        return runtime.pool.name == task->runtime;
      };
      if (task == nullptr || std::ranges::any_of(scenario.runtimes, runs_it)) continue;
      return invalid(fmt::format(
          "{} holds an unfinished run whose workflow '{}' needs the runtime '{}', which this "
          "scenario does not have: put it back, or choose another record with -o",
          record, row.name, task->runtime));
    }
  }
  return {};
}

Error command_waits(const std::string& record) {
  return {ErrorKind::kInvalid,
          fmt::format("{} holds commands that nobody has answered: go on with its run (gnomon run "
                      "FILE --world real -o {}), or choose another record with -o",
                      record, record)};
}

}  // namespace

Expected<EarlierRun> take_up(const Scenario& scenario, const std::string& record) {
  auto read = read_facts(record);
  if (!read) return std::unexpected(read.error());
  EarlierRun earlier;
  if (!*read) return earlier;
  const adapters::RunFacts& facts = **read;
  earlier.seed = facts.seed.value_or(scenario.seed);
  earlier.began = facts.started_at;
  earlier.ended = facts.ended_at != kUnset || facts.ended_before != kUnset;
  earlier.unfinished = is_real(facts) && facts.ended_at == kUnset;
  earlier.scenario_text = facts.scenario_text;
  earlier.overrides = facts.overrides;
  if (!earlier.unfinished) {
    const auto fate = adapters::Mailbox::make_way(record);
    if (!fate) return std::unexpected(fate.error());
    if (fate->stays && !is_real(facts)) return std::unexpected(command_waits(record));
    earlier.unfinished = fate->stays;
    earlier.kept_as = fate->kept_as;
  }
  if (earlier.unfinished && facts.scenario != scenario.name) {
    return invalid(fmt::format(
        "{} holds the unfinished run of another scenario, '{}': finish that one first, or choose "
        "another record with -o",
        record, facts.scenario));
  }
  if (!earlier.unfinished) return earlier;
  if (auto fits = check_goes_on(scenario, record); !fits) return std::unexpected(fits.error());
  auto reader = adapters::RecordReader::open(record);
  if (!reader) return std::unexpected(reader.error());
  const auto latest = reader->latest();
  if (!latest) return std::unexpected(latest.error());
  earlier.latest = *latest;
  return earlier;
}

std::vector<std::string> changes(const EarlierRun& earlier, const RunOptions& options) {
  std::vector<std::string> all;
  if (!earlier.scenario_text.empty() && !options.scenario_text.empty() &&
      earlier.scenario_text != options.scenario_text) {
    all.emplace_back("the scenario's text is another one");
  }
  if (earlier.overrides && *earlier.overrides != options.overrides) {
    const auto text = [](const std::vector<std::string>& overrides) {
      return overrides.empty() ? std::string{"no --set"}
                               : fmt::format("--set {}", fmt::join(overrides, " --set "));
    };
    all.push_back(
        fmt::format("{} instead of {}", text(options.overrides), text(*earlier.overrides)));
  }
  if (options.seed && *options.seed != earlier.seed)
    all.push_back(fmt::format("its seed stays {}", earlier.seed));
  return all;
}

Expected<std::string> place_of_interrupted(const std::string& record) {
  const auto facts = read_facts(record);
  if (!facts) return std::unexpected(facts.error());
  if (!*facts || (*facts)->interrupted) return record;
  const std::filesystem::path path = record;
  return (path.parent_path() /
          fmt::format("{}.interrupted{}", path.stem().string(), path.extension().string()))
      .string();
}

Expected<void> check_replaceable(const std::string& record) {
  const auto facts = read_facts(record);
  if (!facts) return std::unexpected(facts.error());
  if (!*facts) return {};
  if (is_real(**facts) && (*facts)->ended_at == kUnset) {
    return invalid(fmt::format(
        "{} holds the unfinished run of '{}' in the real world, which a simulated one would "
        "replace: finish that one first (gnomon run FILE --world real -o {}), or choose another "
        "record with -o",
        record, (*facts)->scenario, record));
  }
  auto mailbox = adapters::Mailbox::open(record);
  if (!mailbox) return std::unexpected(mailbox.error());
  const auto waiting = mailbox->unanswered(0, 1);
  if (!waiting) return std::unexpected(waiting.error());
  if (!waiting->empty()) return std::unexpected(command_waits(record));
  return {};
}

}  // namespace gnomon::scenarios
