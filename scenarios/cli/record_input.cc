#include "scenarios/cli/record_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>

#include "engine/base/nearest_name.h"
#include "reports/view/node_state.h"
#include "reports/view/read_run.h"
#include "scenarios/cli/command.h"
#include "scenarios/language/workflow.h"

namespace gnomon::cli {
namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<WorkflowId> parse_label(std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash != std::string_view::npos) {
    const auto shard = parse_number(text.substr(0, dash));
    const auto number = parse_number(text.substr(dash + 1));
    if (!shard || !number || *shard > 0xffff) return std::nullopt;
    return make_workflow_id(static_cast<ShardId>(*shard), *number);
  }
  const auto number = parse_number(text);
  return number ? std::optional(WorkflowId{*number}) : std::nullopt;
}

std::string workflow_label(WorkflowId id) {
  return shard_of(id) == 0 ? fmt::format("{}", sequence_of(id))
                           : fmt::format("{}-{}", shard_of(id), sequence_of(id));
}

reports::RunView load_record(const std::string& path) {
  auto run = reports::read_run(path, [](std::string_view name, std::string_view text) {
    return scenarios::decode_workflow(name, text);
  });
  if (!run) stop(kUsage, run.error().message);
  return std::move(*run);
}

const reports::WorkflowView& choose_workflow(const reports::RunView& run,
                                             const std::string& wanted) {
  if (run.workflows().empty()) stop(kUsage, "the record holds no workflows");
  if (!wanted.empty()) {
    if (const auto id = parse_label(wanted)) {
      if (const reports::WorkflowView* found = run.find(*id)) return *found;
    }
    for (const reports::WorkflowView& workflow : run.workflows()) {
      if (workflow.row.key == wanted) return workflow;
    }
    stop(kUsage, fmt::format("the record holds no workflow '{}': give its number or its key, as "
                             "'gnomon show' lists them",
                             wanted));
  }
  const auto rank = [](const reports::WorkflowView& workflow) {
    const bool ended = workflow.row.finished_at != kUnset;
    return std::tuple{workflow.row.parent.workflow == WorkflowId::kNone,
                      reports::is_failure(reports::state_of(workflow.row)),
                      ended ? workflow.row.finished_at - workflow.row.created_at : Duration{}};
  };
  return *std::max_element(run.workflows().begin(), run.workflows().end(),
                           [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
}

WorkflowRow find_row(adapters::RecordReader& reader, const std::string& record,
                     const std::string& wanted) {
  const auto id = parse_label(wanted);
  if (id) {
    if (auto row = must(reader.workflow(*id))) return std::move(*row);
  }
  std::optional<WorkflowRow> same_key;
  NearestName nearest(wanted);
  WorkflowId last{};
  must(reader.workflows({}, [&](WorkflowRow&& row) {
    if (!id && !row.key.empty()) nearest.consider(row.key);
    if (!id || shard_of(row.id) == shard_of(*id)) last = row.id;
    if (row.key == wanted && !wanted.empty()) same_key = std::move(row);
    return !same_key;
  }));
  if (same_key) return std::move(*same_key);
  std::string hint = nearest.hint();
  if (hint.empty()) {
    hint = last == WorkflowId::kNone ? ": it holds none yet"
                                     : fmt::format(": the last one is {}", workflow_label(last));
  }
  stop(kUsage, fmt::format("{} holds no workflow '{}'{}; 'gnomon show {}' lists them", record,
                           wanted, hint, record));
}

}  // namespace gnomon::cli
