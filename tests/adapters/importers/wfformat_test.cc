#include "adapters/importers/wfformat.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>

#include "scenarios/language/scenario.h"

namespace gnomon::adapters {
namespace {

using scenarios::Scenario;

Scenario load(const std::string& yaml) {
  const scenarios::MemoryFiles files({{"trace.yaml", yaml}});
  auto scenario = scenarios::load_scenario("trace.yaml", {}, files);
  if (!scenario) {
    ADD_FAILURE() << scenario.error().to_string() << yaml;
    return {};
  }
  return *std::move(scenario);
}

Scenario import(const std::string& text) {
  const auto imported = import_wfformat(text, "trace.json");
  if (!imported) {
    ADD_FAILURE() << imported.error().message;
    return {};
  }
  return load(imported->yaml);
}

std::string error_of(const std::string& text) {
  const auto imported = import_wfformat(text, "trace.json");
  if (imported) return "none";
  EXPECT_EQ(imported.error().kind, ErrorKind::kInvalid);
  return imported.error().message;
}

/// The same, without lines and columns.
std::string problem_of(const std::string& text) {
  return std::regex_replace(error_of(text), std::regex("json:[0-9]+:[0-9]+: error"), "json");
}

std::vector<std::string> dependencies(const Scenario& scenario, std::string_view node) {
  const Definition& definition = *scenario.workflows.at(0);
  const auto number = definition.find(node);
  if (!number) return {"no node " + std::string(node)};
  std::vector<std::string> names;
  for (const NodeIndex each : definition.dependencies(*number))
    names.emplace_back(definition.node_name(each));
  return names;
}

const TaskSpec& task(const Scenario& scenario, std::string_view node) {
  const Definition& definition = *scenario.workflows.at(0);
  return std::get<TaskSpec>(definition.spec(definition.find(node).value()).work);
}

const sim::PoolSettings& pool(const Scenario& scenario, std::string_view name) {
  for (const auto& runtime : scenario.runtimes) {
    if (runtime.pool.name == name) return runtime.pool;
  }
  static const sim::PoolSettings none;
  ADD_FAILURE() << "no pool " << name;
  return none;
}

using Names = std::vector<std::string>;

/// Version 1.5 with `structures` and `measurements` as the elements of its two lists of tasks.
std::string document(std::string_view structures, std::string_view measurements,
                     std::string_view machines = R"({"nodeName":"m","cpu":{"coreCount":4}})") {
  return fmt::format(
      R"({{"name":"w","schemaVersion":"1.5","workflow":{{"specification":{{"tasks":[{}]}},)"
      R"("execution":{{"makespanInSeconds":9.5,"executedAt":"2024-01-01","tasks":[{}],"machines":[{}]}}}}}})",
      structures, measurements, machines);
}

constexpr std::string_view kChain =
    R"({"name":"split","id":"split_1","parents":[],"children":["work_2"]},)"
    R"({"name":"work","id":"work_2","parents":["split_1"],"children":[]})";
constexpr std::string_view kChainMeasured =
    R"({"id":"work_2","runtimeInSeconds":2.5,"coreCount":2,"machines":["m"],"priority":7},)"
    R"({"id":"split_1","runtimeInSeconds":0.000000001})";

TEST(WfFormat, Reads15) {
  const auto imported = import_wfformat(document(kChain, kChainMeasured), "somewhere/trace.json");
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(imported->tasks, 2U);
  EXPECT_EQ(imported->edges, 1U);
  EXPECT_EQ(imported->levels, 2U);
  EXPECT_EQ(imported->longest, 2'500'000'001ns);
  EXPECT_EQ(imported->shortest, 2'500'000'001ns);
  EXPECT_NE(imported->yaml.find("# Imported from trace.json (WfFormat 1.5)."), std::string::npos);
  EXPECT_NE(imported->yaml.find("recorded makespan is 9.5s"), std::string::npos);

  const Scenario scenario = load(imported->yaml);
  EXPECT_EQ(scenario.name, "w");
  EXPECT_EQ(dependencies(scenario, "work_2"), Names{"split_1"});
  EXPECT_EQ(task(scenario, "work_2").units, 2U);
  EXPECT_EQ(task(scenario, "work_2").action, "work");
  EXPECT_EQ(scenario.workflows[0]->spec(1).priority, 7);
  EXPECT_EQ(pool(scenario, "machines-4").workers, 1U);
  EXPECT_EQ(pool(scenario, "machines-4").units_per_worker, 4U);
  EXPECT_EQ(scenario.nodes.size(), 2U);
  EXPECT_EQ(scenario.thresholds.at(1).text, "makespan min >= 2.500000001s");
  EXPECT_EQ(scenario.thresholds.at(2).text, "makespan max <= 2.500000001s");
}

TEST(WfFormat, SaysWhichTasksRanOnMoreThanOneMachine) {
  const char* two_machines = R"({"nodeName":"m","cpu":{"coreCount":4}},)"
                             R"({"nodeName":"n","cpu":{"coreCount":8}})";
  const auto imported = import_wfformat(
      document(kChain,
               R"({"id":"work_2","runtimeInSeconds":2,"coreCount":6,"machines":["m","n"]},)"
               R"({"id":"split_1","runtimeInSeconds":1,"machines":["n","n"]})",
               two_machines),
      "trace.json");
  ASSERT_TRUE(imported) << imported.error().message;
  const Scenario scenario = load(imported->yaml);
  EXPECT_NE(scenario.description.find("1 task ran on several machines at once"), std::string::npos)
      << scenario.description;
  EXPECT_EQ(task(scenario, "work_2").units, 6U);
}

/// Versions before 1.5; `extra` goes into the second task.
std::string legacy(std::string_view version, std::string_view tasks, std::string_view runtime,
                   std::string_view extra) {
  return fmt::format(
      R"({{"name":"w","schemaVersion":"{0}","workflow":{{"machines":[)"
      R"({{"nodeName":"m","cpu":{{"count":8}}}},{{"nodeName":"n","cpu":{{"count":8}}}}],)"
      R"("{1}":[{{"name":"a","id":"ID1","type":"compute","{2}":1.5,"parents":[],"files":[],"machine":"m"}},)"
      R"({{"name":"b","id":"ID2","type":"compute","{2}":3,"files":[],"cores":2.0,"machine":"n",{3}}}]}}}})",
      version, tasks, runtime, extra);
}

TEST(WfFormat, ReadsTheOlderVersions) {
  for (const auto& [version, tasks, runtime] :
       {std::tuple{"1.0", "jobs", "runtime"}, std::tuple{"1.2", "jobs", "runtime"},
        std::tuple{"1.3", "tasks", "runtime"}, std::tuple{"1.4", "tasks", "runtimeInSeconds"}}) {
    SCOPED_TRACE(version);
    const Scenario scenario = import(legacy(version, tasks, runtime, R"("parents":["a"])"));
    EXPECT_EQ(dependencies(scenario, "b"), Names{"a"});
    EXPECT_EQ(task(scenario, "b").units, 2U);
    EXPECT_EQ(pool(scenario, "machines-8").workers, 2U);
    EXPECT_EQ(scenario.thresholds.at(2).text, "makespan max <= 4.5s");
  }
}

TEST(WfFormat, TakesIdsForNamesBefore15) {
  const Scenario scenario =
      import(legacy("1.4", "tasks", "runtimeInSeconds", R"("parents":["ID1"])"));
  EXPECT_EQ(dependencies(scenario, "b"), Names{"a"});
}

TEST(WfFormat, FollowsFilesWhereNoTaskNamesAnother) {
  const Scenario scenario = import(R"({"name":"w","schemaVersion":"1.4","workflow":{"tasks":[
    {"name":"p","id":"1","type":"compute","runtimeInSeconds":1,"parents":[],
     "files":[{"link":"output","name":"out","path":"/a/","sizeInBytes":1},
              {"link":"input","name":"out","path":"/a/","sizeInBytes":1}]},
    {"name":"p","id":"2","type":"compute","runtimeInSeconds":1,"parents":[],
     "files":[{"link":"output","name":"out","path":"/b/","sizeInBytes":1}]},
    {"name":"q","id":"3","type":"compute","runtimeInSeconds":1,"parents":[],
     "files":[{"link":"input","name":"out","path":"/b/","sizeInBytes":1}]}]}})");
  EXPECT_EQ(dependencies(scenario, "q"), Names{"p_2"}) << "of the same name, the other folder";
  EXPECT_EQ(dependencies(scenario, "p_1"), Names{}) << "a file changed in place";
  EXPECT_EQ(task(scenario, "p_1").action, "p");
}

TEST(WfFormat, MakesNamesUniqueAndFit) {
  const std::string longest(300, 'x');
  const auto structure = [](std::string_view id) {
    return fmt::format(R"({{"name":"n","id":"{}","parents":[],"children":[]}})", id);
  };
  const auto measured = [](std::string_view id) {
    return fmt::format(R"({{"id":"{}","runtimeInSeconds":1}})", id);
  };
  const std::vector<std::string> ids = {longest + "a", longest + "b", R"(tab\tbed)",
                                        "true",        "a: {b}",      "\u00e4\u2028\\\\\\\""};
  std::string structures;
  std::string measurements;
  for (const std::string& id : ids) {
    structures += (structures.empty() ? "" : ",") + structure(id);
    measurements += (measurements.empty() ? "" : ",") + measured(id);
  }
  const Scenario scenario = import(document(structures, measurements));
  const Definition& definition = *scenario.workflows.at(0);
  ASSERT_EQ(definition.node_count(), ids.size());
  EXPECT_EQ(definition.node_name(0), std::string(256, 'x'));
  EXPECT_EQ(definition.node_name(1), std::string(240, 'x') + "_2");
  EXPECT_EQ(definition.node_name(2), "tab_bed");
  EXPECT_EQ(definition.node_name(3), "true");
  EXPECT_EQ(definition.node_name(4), "a: {b}");
  EXPECT_EQ(definition.node_name(5), "\u00e4_\\\"");
}

TEST(WfFormat, LimitsNothingThatIsNotRecorded) {
  const std::string text = document(kChain, R"({"id":"work_2","runtimeInSeconds":2,"coreCount":3},
      {"id":"split_1","runtimeInSeconds":1,"coreCount":1.5})",
                                    "");
  const Scenario scenario = import(text);
  EXPECT_EQ(pool(scenario, "machines").workers, 1U);
  EXPECT_EQ(pool(scenario, "machines").units_per_worker, 5U);
  EXPECT_EQ(task(scenario, "split_1").units, 2U) << "a fraction of a core takes one";
}

TEST(WfFormat, TakesNoTimeForWhatNeverRan) {
  const auto imported =
      import_wfformat(document(kChain, R"({"id":"work_2","runtimeInSeconds":2})"), "trace.json");
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(imported->longest, 2s);
  EXPECT_NE(imported->yaml.find("simulate: 0s  # not measured"), std::string::npos);
  EXPECT_EQ(dependencies(load(imported->yaml), "work_2"), Names{"split_1"});
}

TEST(WfFormat, TellsWhereTheTextIsBroken) {
  EXPECT_EQ(error_of("{\n  \"name\": \"\u00e4\", ,\n}"),
            "trace.json:2:16: error: syntax error while parsing object key - unexpected ','; "
            "expected string literal");
  EXPECT_EQ(error_of(""),
            "trace.json:1:1: error: syntax error while parsing value - unexpected end of input; "
            "expected '[', '{', or a literal");
  EXPECT_EQ(error_of("{\"a\": 1e999}"), "trace.json:1:11: error: number overflow");
  EXPECT_EQ(error_of("[\"\xff\"]"),
            "trace.json:1:3: error: syntax error while parsing value - invalid string: ill-formed "
            "UTF-8 byte");
  EXPECT_EQ(error_of(std::string(100'000, '[')), "trace.json: values are nested deeper than 64");
}

TEST(WfFormat, TellsLineAndColumnOfWhatIsWrong) {
  const std::string error = error_of(R"({"schemaVersion": "1.5",
  "workflow": {
    "\u00e4\"}": ["]", {}, -1e5, true],
    "specification": {"tasks": [{"id": "a"},
      {"id": "ä", "children": ["b", "c"]}]},
    "execution": {"tasks": [{"id": "a"}]}
  }
})");
  EXPECT_EQ(error,
            "trace.json:6:29: error: workflow.execution.tasks[0].runtimeInSeconds: missing; "
            "expected a number\n"
            "trace.json:5:32: error: workflow.specification.tasks[1].children[0]: there is no task "
            "'b'\n"
            "trace.json:5:37: error: workflow.specification.tasks[1].children[1]: there is no task "
            "'c'");
}

TEST(WfFormat, TellsWhereTheContentIsWrong) {
  const std::string in_tasks = "trace.json: workflow.specification.tasks";
  EXPECT_EQ(problem_of("[]"),
            "trace.json: expected an object, found an array\n"
            "trace.json: schemaVersion: missing; expected a string");
  EXPECT_EQ(problem_of(R"({"schemaVersion":"2.0"})"),
            "trace.json: schemaVersion: version '2.0' of WfFormat cannot be read, only 1.0 and 1.2 "
            "to 1.5");
  EXPECT_EQ(problem_of(document("", "")), in_tasks + ": there are no tasks");
  EXPECT_EQ(problem_of(document(R"({"name":"a","id":7})", "")),
            in_tasks + "[0].id: expected a string, found a number");
  EXPECT_EQ(problem_of(document(R"({"id":"align_1","parents":["align_2"]})",
                                R"({"id":"align_1","runtimeInSeconds":1})")),
            in_tasks + "[0].parents[0]: there is no task 'align_2' (did you mean 'align_1'?)");
  EXPECT_EQ(problem_of(document(R"({"id":"a"},{"id":"a"})", "")),
            in_tasks + "[1].id: a second task with that id");
  EXPECT_EQ(problem_of(document(R"({"id":"a"})", "")),
            "trace.json: workflow.execution: no task has a runtimeInSeconds");
  EXPECT_EQ(problem_of(document(R"({"id":"a"})", R"({"id":"a"})")),
            "trace.json: workflow.execution.tasks[0].runtimeInSeconds: missing; expected a number");
  EXPECT_EQ(problem_of(document(R"({"id":"a"})", R"({"id":"a","runtimeInSeconds":-1})")),
            "trace.json: workflow.execution.tasks[0].runtimeInSeconds: expected a time of 0 to "
            "3153600000 seconds");
  EXPECT_EQ(
      problem_of(document(R"({"id":"a"})", R"({"id":"a","runtimeInSeconds":1,"machines":["x"]})")),
      "trace.json: workflow.execution.tasks[0].machines[0]: there is no machine 'x'");
  EXPECT_EQ(
      problem_of(R"({"schemaVersion":"1.5","workflow":{"specification":{"tasks":[{"id":"a"}]}}})"),
      "trace.json: workflow.execution: no task has a runtimeInSeconds");
  EXPECT_EQ(problem_of(legacy("1.3", "tasks", "runtimeInSeconds", R"("parents":[])")),
            "trace.json: workflow: no task has a runtime");
}

TEST(WfFormat, NamesTheTasksThatWaitForEachOther) {
  EXPECT_EQ(problem_of(document(
                R"({"id":"a","parents":["b"]},{"id":"b","children":["a"],"parents":["a"]})",
                R"({"id":"a","runtimeInSeconds":1},{"id":"b","runtimeInSeconds":1})")),
            "trace.json: workflow.specification.tasks: tasks wait for each other: a -> b -> a");
}

TEST(WfFormat, TellsAtMostTwentyMistakes) {
  std::string structures;
  for (int i = 0; i < 30; ++i) structures += fmt::format(R"({}{{"id":{}}})", i > 0 ? "," : "", i);
  const std::string error = problem_of(document(structures, ""));
  EXPECT_EQ(std::ranges::count(error, '\n'), 20);
  EXPECT_TRUE(
      error.ends_with("tasks[19].id: expected a string, found a number\ntrace.json: and 10 more"))
      << error;
}

TEST(WfFormat, ReadsTheSampleOfTheLibrary) {
  std::ifstream file(GNOMON_SOURCE_DIR "/scenarios/library/data/word-index.json", std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const auto imported = import_wfformat(text, "word-index.json");
  ASSERT_TRUE(imported) << imported.error().message;
  EXPECT_EQ(imported->tasks, 6U);
  EXPECT_EQ(imported->edges, 7U);
  EXPECT_EQ(imported->levels, 4U);
  EXPECT_EQ(imported->shortest, 38'825'000'001ns) << "fetch, count_2, merge, publish";
  EXPECT_EQ(imported->longest, 69'075'000'001ns);
  EXPECT_EQ(pool(load(imported->yaml), "machines-4").workers, 2U);
}

TEST(WfFormat, GivesTheSameTextEachTime) {
  const auto once = import_wfformat(document(kChain, kChainMeasured), "t.json");
  const auto again = import_wfformat(document(kChain, kChainMeasured), "t.json");
  ASSERT_TRUE(once && again);
  EXPECT_EQ(once->yaml, again->yaml);
}

}  // namespace
}  // namespace gnomon::adapters
