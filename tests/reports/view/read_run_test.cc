#include "reports/view/read_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "adapters/sqlite/record_writer.h"
#include "tests/reports/sample.h"

namespace gnomon::reports {
namespace {

using testing::HasSubstr;

class ReadRun : public testing::Test {
 protected:
  ReadRun() { std::filesystem::create_directories(folder_); }
  ~ReadRun() override { std::filesystem::remove_all(folder_); }

  void write(const Commit& commit) {
    adapters::RunSummary summary;
    summary.facts.scenario = "nightly";
    summary.facts.world = "simulated";
    summary.facts.seed = 7;
    summary.facts.digest = "abc";
    summary.facts.started_at = kSampleBegin;
    summary.facts.ended_at = kSampleBegin + 1h;
    summary.facts.runtimes = {{0, "gpu", 8}};
    summary.metrics = {{"makespan", "w", "p95", 21.4}};
    auto writer = adapters::RecordWriter::create(path_);
    ASSERT_TRUE(writer.has_value()) << writer.error().message;
    ASSERT_TRUE((*writer)->write(commit).has_value());
    const Expected<void> finished = (*writer)->finish(summary);
    ASSERT_TRUE(finished.has_value()) << finished.error().message;
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("gnomon-read-run-" + std::to_string(getpid()));
  std::string path_ = folder_ / "run.db";
};

/// The text is the names of a chain of tasks, one after the other; anything with a ! is not
/// understood.
Expected<DefinitionPtr> decode_chain(std::string_view name, std::string_view text) {
  if (text.find('!') != std::string_view::npos) return invalid("that is no workflow");
  DefinitionBuilder builder{std::string(name)};
  for (NodeIndex i = 0; i + 2 < text.size(); ++i) {  // between the quotes
    TaskSpec task;
    task.runtime = "gpu";
    task.units = 4;
    NodeSpec spec;
    spec.work = task;
    builder.add_node(text.substr(i + 1, 1), spec);
    if (i > 0) builder.add_edge(i - 1, i);
  }
  return builder.build().value();
}

/// One workflow of the definition, whose second node has run twice.
Commit one_workflow(std::string_view source) {
  Commit commit;
  commit.definitions.push_back({1, "w", "1", Payload(source), false});
  WorkflowRow workflow;
  workflow.id = WorkflowId{1};
  workflow.definition = 1;
  workflow.phase = WorkflowPhase::kFinished;
  workflow.outcome = static_cast<std::uint8_t>(Outcome::kSucceeded);
  workflow.created_at = kSampleBegin;
  workflow.finished_at = kSampleBegin + 9s;
  commit.workflows.push_back(workflow);
  NodeRow node;
  node.workflow = workflow.id;
  node.node = 1;
  node.phase = NodePhase::kFinished;
  node.outcome = static_cast<std::uint8_t>(Outcome::kSucceeded);
  node.attempt = 2;
  node.ready_at = kSampleBegin;
  node.launched_at = kSampleBegin + 1s;
  node.started_at = kSampleBegin + 3s;
  node.ended_at = kSampleBegin + 8s;
  node.finished_at = kSampleBegin + 9s;
  commit.nodes.push_back(node);
  AttemptRow attempt;
  attempt.key = {workflow.id, 1, 1};
  attempt.outcome = static_cast<std::uint8_t>(Outcome::kFailed);
  attempt.launched_at = attempt.started_at = attempt.ended_at = kSampleBegin;
  commit.attempts.push_back(attempt);
  return commit;
}

TEST_F(ReadRun, FillsTheViewFromARecord) {
  write(one_workflow("\"abc\""));
  const Expected<RunView> run = read_run(path_, decode_chain);
  ASSERT_TRUE(run.has_value()) << run.error().message;
  EXPECT_EQ(run->title, "nightly");
  EXPECT_EQ(run->seed, 7u);
  EXPECT_EQ(run->source, path_);
  ASSERT_EQ(run->figures.size(), 1u);
  EXPECT_EQ(run->figures[0].value, 21.4);
  ASSERT_EQ(run->workflows().size(), 1u);
  const Graph& graph = run->graph_of(run->workflows()[0]);
  ASSERT_EQ(graph.size(), 3u);
  EXPECT_EQ(graph.node(1).name, "b");
  EXPECT_EQ(graph.node(1).units, 4u);
  EXPECT_EQ(graph.stage(2), 2u);
  EXPECT_EQ(run->runtimes()[graph.node(1).runtime].slots, 8u);
  EXPECT_EQ(run->nodes()[0].phase, NodePhase::kPending);
  EXPECT_EQ(run->nodes()[1].started_at, kSampleBegin + 3s);
  EXPECT_EQ(run->earlier_attempts(run->nodes()[1]).size(), 1u);
}

TEST_F(ReadRun, ADefinitionWithoutTextHasNodesWithoutEdges) {
  write(one_workflow(""));
  const Expected<RunView> run = read_run(path_, decode_chain);
  ASSERT_TRUE(run.has_value()) << run.error().message;
  const Graph& graph = run->graph_of(run->workflows()[0]);
  ASSERT_EQ(graph.size(), 2u);
  EXPECT_EQ(graph.node(1).name, "node 1");
  EXPECT_EQ(graph.edge_count(), 0u);
}

TEST_F(ReadRun, WhatDoesNotFitTogetherIsAnError) {
  write(one_workflow("\"!\""));
  EXPECT_THAT(read_run(path_, decode_chain).error().message,
              HasSubstr("workflow 'w' in the record: that is no workflow"));
  write(one_workflow("\"a\""));
  EXPECT_THAT(read_run(path_, decode_chain).error().message, HasSubstr("no node 1"));
  Commit commit = one_workflow("\"ab\"");
  commit.workflows[0].definition = 9;
  write(commit);
  EXPECT_THAT(read_run(path_, decode_chain).error().message, HasSubstr("definition 9"));
  EXPECT_FALSE(read_run(folder_ / "none.db", decode_chain).has_value());
}

}  // namespace
}  // namespace gnomon::reports
