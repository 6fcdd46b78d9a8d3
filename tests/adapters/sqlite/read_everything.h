#pragma once

#include <string>

#include "adapters/sqlite/record_reader.h"

namespace gnomon::adapters {

/// Reads all of a record in every way there is. The first error, if any.
inline Expected<void> read_everything(const std::string& path) {
  auto reader = RecordReader::open(path);
  if (!reader) return std::unexpected(reader.error());
  const auto error_of = [](const auto& result) {
    return result ? Expected<void>{} : std::unexpected(result.error());
  };
  std::vector<WorkflowId> ids;
  auto done = error_of(reader->facts());
  if (done) done = error_of(reader->definitions());
  if (done) done = error_of(reader->workflow_count());
  if (done) {
    done = reader->workflows({}, [&](WorkflowRow&& row) {
      if (ids.size() < 100) ids.push_back(row.id);
      return true;
    });
  }
  const WorkflowFilter filter{.name = "train-1",
                              .tenant = "research",
                              .phase = WorkflowPhase::kFinished,
                              .outcome = Outcome::kSucceeded,
                              .label = "team",
                              .label_value = "team-1"};
  if (done) done = reader->workflows(filter, [](WorkflowRow&&) { return true; });
  if (done) done = reader->all_nodes([](NodeRow&&) { return true; });
  if (done) done = reader->all_attempts([](AttemptRow&&) { return true; });
  if (done) done = reader->events({}, [](Event&&) { return true; });
  if (done) done = error_of(reader->command_count());
  if (done) done = reader->commands([](CommandRow&&) { return true; });
  for (const WorkflowId id : ids) {
    if (done) done = error_of(reader->workflow(id));
    if (done) done = error_of(reader->nodes(id));
    if (done) done = error_of(reader->attempts(id));
  }
  if (done && !ids.empty())
    done = reader->events({.workflow = ids.back()}, [](Event&&) { return true; });
  if (done) done = error_of(reader->schedules());
  if (done) done = error_of(reader->metrics());
  if (done) done = error_of(reader->series());
  return done;
}

}  // namespace gnomon::adapters
