#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "reports/exports/csv.h"
#include "reports/exports/openmetrics.h"
#include "reports/exports/perfetto.h"
#include "reports/exports/wfformat.h"
#include "tests/golden/golden.h"
#include "tests/reports/sample.h"

namespace gnomon::reports {
namespace {

using nlohmann::json;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

RunView hostile_sample() {
  RunView run;
  add_sample(run, "w\"\\\n<>&",
             {{.name = "a,b\"c\n\xff",
               .ready = 0s,
               .ended = 1s,
               .outcome = Outcome::kFailed,
               .runtime = "r\"{}",
               .reason = "=1+1"},
              {.name = "a b\"c\n\xff", .after = {"a,b\"c\n\xff"}},
              {.name = "", .ready = 0s, .ended = 2s}});
  run.finish();
  return run;
}

TEST(Perfetto, IsATraceWhoseSlotsDoNotOverlap) {
  const RunView run = layered_sample({.layers = 10, .width = 50, .slots = 20});
  const json trace = json::parse(to_perfetto(run));
  std::map<std::pair<int, int>, std::set<std::pair<double, double>>> slots;
  std::map<int, std::string> processes;
  std::map<std::string, int> phases;
  double last = 0;
  for (const json& event : trace["traceEvents"]) {
    const std::string phase = event["ph"];
    ++phases[phase];
    if (event["name"] == "process_name") processes[event["pid"]] = event["args"]["name"];
    if (phase != "X") continue;
    const double begin = event["ts"];
    const double end = begin + event["dur"].get<double>();
    slots[{event["pid"], event["tid"]}].emplace(begin, end);
    last = std::max(last, end);
  }
  for (const auto& [slot, runs] : slots) {
    double until = 0;
    for (const auto& [begin, end] : runs) {
      EXPECT_GE(begin, until - 0.001);
      until = end;
    }
  }
  EXPECT_EQ(phases["X"], 501);  // a workflow and its nodes
  EXPECT_EQ(phases["s"], 9);    // along the critical path
  EXPECT_EQ(phases["f"], 9);
  EXPECT_EQ(processes[10], "runtime batch");
  EXPECT_NEAR(last, static_cast<double>((run.ended() - run.began()).count()) / 1000, 1);
}

TEST(Perfetto, ShowsEachAttempt) {
  const json trace = json::parse(to_perfetto(small_sample()));
  int attempts = 0;
  for (const json& event : trace["traceEvents"]) {
    if (event["name"] == "clean" && event["ph"] == "X") {
      EXPECT_EQ(event["args"]["attempt"], ++attempts);
      EXPECT_EQ(event["args"]["state"], attempts < 3 ? "failed" : "succeeded");
    }
  }
  EXPECT_EQ(attempts, 3);
}

TEST(Perfetto, TakesAnyNameAndAnEmptyRun) {
  EXPECT_TRUE(json::accept(to_perfetto(hostile_sample())));
  RunView empty;
  empty.finish();
  EXPECT_TRUE(json::accept(to_perfetto(empty)));
}

TEST(Csv, OfASmallRun) {
  golden::expect_golden("reports/nodes.csv", nodes_csv(small_sample()));
  golden::expect_golden("reports/workflows.csv", workflows_csv(small_sample()));
}

TEST(Csv, APausedWorkflowIsCalledPaused) {
  RunView run;
  for (const WorkflowPhase phase : {WorkflowPhase::kRunning, WorkflowPhase::kPaused}) {
    WorkflowRow row;
    row.phase = phase;
    add_sample(run, "w", {{.name = "a", .ready = 0s}}, row);
  }
  add_sample(run, "w", {{.name = "a", .ready = 0s, .ended = 1s}});
  run.finish();
  const std::string text = workflows_csv(run);
  for (const char* word : {"running", "paused", "succeeded"}) {
    const std::size_t first = text.find(word);
    ASSERT_NE(first, std::string::npos) << word;
    EXPECT_EQ(text.find(word, first + 1), std::string::npos) << word;
  }
}

/// RFC 4180, as strict as it can be read.
std::vector<std::vector<std::string>> read_csv(const std::string& text) {
  std::vector<std::vector<std::string>> lines = {{""}};
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted) {
      if (text[i] != '"') {
        lines.back().back() += text[i];
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        lines.back().back() += text[++i];
      } else {
        quoted = false;
      }
    } else if (text[i] == '"') {
      quoted = true;
    } else if (text[i] == ',') {
      lines.back().emplace_back();
    } else if (text.compare(i, 2, "\r\n") == 0) {
      lines.push_back({""});
      ++i;
    } else {
      lines.back().back() += text[i];
    }
  }
  lines.pop_back();
  return lines;
}

TEST(Csv, TakesAnyName) {
  const auto lines = read_csv(nodes_csv(hostile_sample()));
  ASSERT_EQ(lines.size(), 4u);
  for (const auto& line : lines) EXPECT_EQ(line.size(), lines[0].size());
  EXPECT_EQ(lines[1][4], "a,b\"c\n\xff");
  EXPECT_EQ(lines[1].back(), "'=1+1");
}

TEST(OpenMetrics, OfASmallRun) {
  Summary summary = summarise(small_sample());
  summary.figures = {{"makespan", "nightly-etl", "p95", 330.001}};
  golden::expect_golden("reports/openmetrics.txt", to_openmetrics(summary));
}

TEST(OpenMetrics, KeepsFamiliesTogetherAndEnds) {
  const std::string text = to_openmetrics(summarise(hostile_sample()));
  EXPECT_THAT(text, EndsWith("\n# EOF\n"));
  std::istringstream lines(text);
  std::string family;
  std::vector<std::string> seen;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# TYPE ")) {
      family = line.substr(7, line.find(' ', 7) - 7);
      EXPECT_THAT(seen, Not(testing::Contains(family)));
      seen.push_back(family);
    } else if (!line.starts_with('#')) {
      EXPECT_TRUE(line.starts_with(family)) << line;
    }
  }
  EXPECT_THAT(text, HasSubstr("runtime=\"r\\\"{}\""));
}

TEST(WfFormat, HasStructureAndMeasurements) {
  const RunView run = small_sample();
  const json document = json::parse(to_wfformat(run, run.workflows()[0]));
  const json& tasks = document["workflow"]["specification"]["tasks"];
  ASSERT_EQ(tasks.size(), 7u);
  EXPECT_EQ(tasks[3]["name"], "enough rows?");
  EXPECT_EQ(tasks[3]["id"], "enough_rows_");
  EXPECT_EQ(tasks[3]["parents"], json::array({"wait_for_upload", "clean"}));
  const json& execution = document["workflow"]["execution"];
  EXPECT_EQ(execution["makespanInSeconds"], 330.001);
  EXPECT_EQ(execution["tasks"].size(), 6u);  // publish never began
  EXPECT_EQ(execution["tasks"][0]["runtimeInSeconds"], 39);
  EXPECT_EQ(execution["machines"][1]["cpu"]["coreCount"], 8);
}

TEST(WfFormat, MakesDifferentIdsOfDifferentNames) {
  const RunView run = hostile_sample();
  const json document = json::parse(to_wfformat(run, run.workflows()[0]));
  std::set<std::string> ids;
  for (const json& task : document["workflow"]["specification"]["tasks"])
    ids.insert(task["id"].get<std::string>());
  EXPECT_EQ(ids.size(), 3u);
}

TEST(WfFormat, IsWhatTheSchemaSays) {
  if (std::system("python3 -c 'import jsonschema' 2>/dev/null") != 0) {
    GTEST_SKIP() << "NOT CHECKED: WfFormat output against its schema needs python3-jsonschema";
  }
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("gnomon-wfformat-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  RunView idle;
  add_sample(idle, "idle", {{.name = "never began"}});
  idle.finish();
  const RunView layers = layered_sample({.layers = 5, .width = 20, .slots = 4});
  const RunView small = small_sample();
  const RunView hostile = hostile_sample();
  for (const RunView* run : {&small, &hostile, &layers, static_cast<const RunView*>(&idle)}) {
    const std::filesystem::path path = folder / "workflow.json";
    std::ofstream(path) << to_wfformat(*run, run->workflows()[0]);
    const std::string command =
        "python3 -c 'import json, sys, jsonschema; "
        "jsonschema.validate(json.load(open(sys.argv[1])), "
        "json.load(open(sys.argv[2])))' " +
        path.string() +
        " " GNOMON_SOURCE_DIR "/tests/reports/exports/data/wfcommons-schema-1.5.json";
    EXPECT_EQ(std::system(command.c_str()), 0);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace gnomon::reports
