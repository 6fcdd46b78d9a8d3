#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "adapters/sqlite/record_writer.h"
#include "engine/model/policy.h"
#include "tests/contract/sample_rows.h"

namespace gnomon::adapters {

inline RunSummary sample_summary() {
  RunSummary summary;
  summary.facts = {"0.1.0",
                   "simulated",
                   "ml-training",
                   "name: ml-training\n",
                   18'446'744'073'709'551'615u,
                   "00ff",
                   contract::sample_instant(0),
                   contract::sample_instant(100),
                   contract::sample_instant(50),
                   {{0, "cpu", std::nullopt}, {1, "gpu", 64, 16}},
                   std::vector<std::string>{"runtimes.gpu.workers=64", R"(actions."a b"=\"c)"},
                   true,
                   {{"orders", "event 0-3: there is no workflow 17"}}};
  summary.metrics = {{"makespan", "", "p95", 21.5}, {"makespan", "train", "p50", 1e300}};
  summary.series = {{"queue", "gpu", contract::sample_instant(1), 3},
                    {"queue", "gpu", contract::sample_instant(2), 0}};
  return summary;
}

/// Workflow `number` of shard `shard`: "train-1" of "research" or "train-2" of "ads", with nodes 0,
/// 1 and 7, one attempt that was replaced, and four events.
inline Commit sample_commit(ShardId shard, std::uint64_t number) {
  const WorkflowId id = make_workflow_id(shard, number);
  Commit commit;
  commit.shard = shard;
  commit.sequence = number;
  commit.next_workflow = number + 1;
  commit.definitions = {contract::sample_definition(1), contract::sample_definition(2)};
  WorkflowRow row = contract::sample_workflow(id, number % 2 == 0 ? 2 : 1);
  row.tenant = number % 2 == 0 ? "ads" : "research";
  row.outcome = static_cast<std::uint8_t>(number % 3 == 0 ? Outcome::kFailed : Outcome::kSucceeded);
  row.phase = number % 5 == 0 ? WorkflowPhase::kRunning : WorkflowPhase::kFinished;
  row.labels = Payload{fmt::format(R"({{"team": "team-{}"}})", number % 4)};
  if (row.phase == WorkflowPhase::kRunning) row.outcome = 0;
  commit.workflows = {row};
  commit.nodes = {contract::sample_node(id, 0), contract::sample_node(id, 1),
                  contract::bare_node(id, 7)};
  commit.attempts = {{{id, 1, 1},
                      2,
                      1,
                      contract::sample_instant(1),
                      contract::sample_instant(2),
                      contract::sample_instant(3),
                      Payload{"lost"}}};
  commit.schedules = {contract::sample_schedule("nightly")};
  for (std::uint64_t i = 0; i < 4; ++i) {
    Event event;
    event.sequence = (number - 1) * 4 + i + 1;
    event.at = contract::sample_instant(static_cast<std::int64_t>(event.sequence));
    event.shard = shard;
    event.workflow = id;
    event.kind = i == 0 ? EventKind::kWorkflowCreated : EventKind::kNodeEnded;
    if (i > 0) event.node = static_cast<NodeIndex>(i);
    if (i == 3) event.text = Payload{"done \"well\""};
    commit.events.push_back(event);
  }
  return commit;
}

/// A record of workflows 1 to `workflows` of shard 0.
inline void write_sample_record(const std::string& path, std::uint64_t workflows) {
  auto writer = RecordWriter::create(path);
  ASSERT_TRUE(writer) << writer.error().message;
  for (std::uint64_t number = 1; number <= workflows; ++number) {
    ASSERT_TRUE((*writer)->write(sample_commit(0, number)));
  }
  const auto done = (*writer)->finish(sample_summary());
  ASSERT_TRUE(done) << done.error().message;
}

}  // namespace gnomon::adapters
