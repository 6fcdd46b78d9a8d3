#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <optional>
#include <string>

#include "adapters/sqlite/record_reader.h"
#include "reports/view/run_view.h"

namespace gnomon::cli {

/// Reads a whole record, or says what is wrong with it and leaves with kUsage.
reports::RunView load_record(const std::string& path);

/// The workflow that the user names: by number, by key, or, with "", the one that is worth a look:
/// of the failed ones (or else of all) that no other workflow started, the one that took longest.
/// Leaves with kUsage if there is none.
const reports::WorkflowView& choose_workflow(const reports::RunView& run,
                                             const std::string& wanted);

/// The same without reading the whole record; `wanted` is not "".
WorkflowRow find_row(adapters::RecordReader& reader, const std::string& record,
                     const std::string& wanted);

/// How users call a workflow: its number in shard 0, "<shard>-<number>" in others.
std::string workflow_label(WorkflowId id);
std::optional<WorkflowId> parse_label(std::string_view text);

}  // namespace gnomon::cli
