#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/ranges.h>

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>

#include "scenarios/language/load.h"
#include "scenarios/language/scenario_type.h"
#include "scenarios/language/yaml.h"
#include "tests/scenarios/language/load_text.h"
#include "tests/scenarios/language/random_document.h"

namespace gnomon::scenarios {
namespace {

namespace fs = std::filesystem;

Value parse(const std::string& yaml) {
  Diagnostics diagnostics;
  YamlBudget budget;
  const std::uint16_t source = diagnostics.add_source("example", yaml);
  std::optional<Value> value = read_yaml(source, diagnostics, budget);
  EXPECT_TRUE(value) << diagnostics.to_string();
  return value.value_or(Value{});
}

TEST(Table, ReadsItsOwnExamplesAndDefaults) {
  SchemaDefinitions definitions;
  scenario_type().schema(definitions);
  ASSERT_GT(definitions.parts().size(), 40u);
  for (const auto& [name, part] : definitions.parts()) {
    if (part.example.empty()) continue;
    Diagnostics diagnostics;
    const std::uint16_t source = diagnostics.add_source(name, part.example);
    YamlBudget budget;
    const std::optional<Value> value = read_yaml(source, diagnostics, budget);
    ASSERT_TRUE(value) << diagnostics.to_string();
    const std::map<std::string, std::string> texts = {
        {"requests.csv", "timestamp\n2026-01-05 10:00:00\n"}};
    const MemoryFiles files(texts);
    Decoder decoder(diagnostics, files, [](std::string_view) -> Expected<Zone> { return Zone{}; });
    // Names of nodes that examples use.
    const Value names = parse("{prepare: 1, deploy: 1, retrain: 1}");
    Decoder::NodeNumbers nodes;
    for (const Member& member : names.members)
      nodes.emplace(member.key, static_cast<NodeIndex>(nodes.size()));
    decoder.exchange_nodes(std::move(nodes));
    EXPECT_TRUE(part.reads(*value, decoder)) << name << ": " << diagnostics.to_string();
    EXPECT_TRUE(diagnostics.empty()) << diagnostics.to_string();
  }
}

TEST(Table, SaysSomethingAboutEveryKey) {
  const Value schema = schema_value();
  for (const Member& part : schema.find("$defs")->members) {
    EXPECT_FALSE(part.value.find("description")->text.empty()) << part.key;
    for (const Member& property : part.value.find("properties")->members) {
      const std::string& text = property.value.find("description")->text;
      EXPECT_TRUE(text.ends_with('.') || text.ends_with('`'))
          << part.key << "." << property.key << ": " << text;
    }
  }
}

/// An independent judge: python3 with jsonschema, where that is installed.
class JsonSchema : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("python3 -c 'import jsonschema' >/dev/null 2>&1") != 0) {
      GTEST_SKIP() << "python3-jsonschema is not installed";
    }
    fs::create_directories(folder_);
    write("schema.json", json_schema());
    write("check.py",
          "import json, sys\n"
          "from jsonschema import Draft202012Validator as Validator\n"
          "schema = json.load(open(sys.argv[1] + '/schema.json'))\n"
          "Validator.check_schema(schema)\n"
          "for line in open(sys.argv[1] + '/cases.jsonl'):\n"
          "    found = Validator(schema).iter_errors(json.loads(line))\n"
          "    errors = [e.json_path + ': ' + e.message[:200] for e in found]\n"
          "    print(json.dumps(errors))\n");
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// Whether the schema takes each of these; what it says against them is shown by `expect_taken`.
  std::vector<std::string> verdicts(const std::vector<std::string>& cases) {
    std::string lines;
    for (const std::string& each : cases) lines += each + '\n';
    write("cases.jsonl", lines);
    const std::string command =
        fmt::format("python3 '{0}/check.py' '{0}' > '{0}/verdicts' 2>&1", folder_.string());
    EXPECT_EQ(std::system(command.c_str()), 0);
    std::ifstream file(folder_ / "verdicts");
    std::vector<std::string> result;
    for (std::string line; std::getline(file, line);) result.push_back(line);
    EXPECT_EQ(result.size(), cases.size()) << fmt::format("{}", fmt::join(result, "\n"));
    result.resize(cases.size());
    return result;
  }

 private:
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }

  fs::path folder_ =
      fs::path(testing::TempDir()) /
      fmt::format("gnomon_schema_{}",
                  testing::UnitTest::GetInstance()->random_seed() + static_cast<int>(getpid()));
};

TEST_F(JsonSchema, TakesEveryScenarioOfTheLibraryAndEveryExample) {
  std::vector<std::string> names;
  std::vector<std::string> cases;
  const fs::path library = fs::path(GNOMON_SOURCE_DIR) / "scenarios/library";
  std::vector<fs::path> files;
  if (fs::exists(library)) {
    for (const auto& entry : fs::recursive_directory_iterator(library)) {
      if (entry.path().extension() == ".yaml") files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    names.push_back(file.string());
    cases.push_back(to_json(parse(DiskFiles{}.read(file.string(), 64 << 20).value())));
  }
  SchemaDefinitions definitions;
  scenario_type().schema(definitions);
  names.push_back("Scenario's example");
  cases.push_back(to_json(parse(definitions.parts().at("Scenario").example)));
  const std::vector<std::string> found = verdicts(cases);
  for (std::size_t i = 0; i < cases.size(); ++i) EXPECT_EQ(found[i], "[]") << names[i];
}

/// The schema knows of a value what the decoder knows of it. (Names, cycles and expressions only
/// the decoder knows.)
TEST_F(JsonSchema, AgreesWithTheDecoderAboutEachKindOfValue) {
  const std::vector<std::string> texts = {
      "{}",
      "seed: 1e3",
      "seed: 1.5",
      "seed: -1",
      "horizon: 0",
      "horizon: 5",
      "horizon: 5x",
      "horizon: 1h30m",
      "drain: true",
      "drain: 2h",
      "drain: no",
      "start: 2026-01-05",
      "start: today",
      "name: 5",
      "claims: [1, x]",
      "claims: 1",
      "recrod: full",
      "record: full",
      "record: fulll",
      "include: []",
      "runtimes: {r: }",
      "runtimes: {r: {workers: 0}}",
      "runtimes: {r: {workers: 1, process: {slots: 2}}}",
      "runtimes: {r: 5}",
      "runtimes: {r: {otherwise: 5m}}",
      "runtimes: {r: {otherwise: {duration: {uniform: [1s, 2s]}}}}",
      "runtimes: {r: {otherwise: {duration: {uniform: [1s]}}}}",
      "runtimes: {r: {cold_start: {exponential: 5s, constant: 1s}}}",
      "runtimes: {r: {cold_start: {}}}",
      "actions: {a: {failures: {transient: 20%}}}",
      "actions: {a: {failures: {transient: 0.2}}}",
      "actions: {a: {failures: {transient: 2}}}",
      "actions: {a: {failures: {slow: 20%}}}",
      "actions: {a: {factor: 1.5}}",
      "actions: {a: {factor: 1s}}",
      "actions: {a: {output: {any: [thing]}}}",
      "actions: {a: {attempts: [{error: lost}]}}",
      "actions: {a: {attempts: []}}",
      "actions: {a: {duration: {quantiles: [[0%, 1s], [100%, 2s]]}}}",
      "actions: {a: {duration: {lognormal: {median: 1s, p95: 5s}}}}",
      "actions: {a: {duration: {lognormal: {median: 1s}}}}",
      "workflows: {w: {nodes: {a: {pass: }}}}",
      "workflows: {w: {nodes: {a: {}}}}",
      "workflows: {w: {}}",
      "workflows: {w: {nodes: {a: {pass: {}, wait: 1s}}}}",
      "workflows: {w: {version: 1.5, nodes: {a: {pass: {}}}}}",
      "workflows: {w: {nodes: {a: {pass: {}, retry: 3}}}}",
      "workflows: {w: {nodes: {a: {pass: {}, retry: {delay: 1s}}}}}",
      "workflows: {w: {nodes: {a: {pass: {}, retry: {attempts: 3, on: [transient]}}}}}",
      "workflows: {w: {generate: {layers: 3, pass: {}}}}",
      "workflows: {w: {generate: {pass: {}}}}",
      "workflows: {w: {nodes: {a: {wait: {signal: x}}}}}",
      "workflows: {w: {nodes: {a: {subworkflow: {definition: {nodes: {b: {pass: {}}}}}}}}}",
      "workflows: {w: {nodes: {a: {subworkflow: {definition: {nodes: {b: {pas: {}}}}}}}}}",
      "tenants: {t: {retry: 0}}",
      "tenants: {t: {priority: 1001}}",
      "tenants: {t: }",
      "engine: {payload_limit: 64KiB}",
      "engine: {payload_limit: 1024}",
      "engine: {payload_limit: 1PB}",
      "engine: {shards: 0}",
      "faults: [{what: crash}]",
      "faults: [{what: crush}]",
      "faults: [{}]",
      "thresholds: [nodes < 1]",
      "thresholds: a < 1",
      "sources: {s: {arrivals: {poisson: 5/s}}}",
      "sources: {s: {arrivals: {poisson: 5}}}",
      "sources: {s: {arrivals: {daily: [1/s]}}}",
      "subscribers: {s: {sink: {file: x}}}",
      "subscribers: {s: {sink: {file: {path: x}}}}",
      "subscribers: {s: {sink: {}}}",
      "subscribers: {s: {}}"};
  std::vector<std::string> cases;
  for (const std::string& text : texts) cases.push_back(to_json(parse(text)));
  const std::vector<std::string> found = verdicts(cases);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::vector<std::string> errors = errors_of(texts[i]);
    EXPECT_EQ(found[i] == "[]", errors.empty())
        << texts[i] << "\nschema: " << found[i] << "\ndecoder: " << testing::PrintToString(errors);
  }
}

/// What only the decoder knows is all that it may hold against what the schema takes.
bool is_about_the_form(const std::string& error) {
  return error.find(": unknown key") != std::string::npos ||
         error.find(": missing key") != std::string::npos ||
         error.find(": expected a map") != std::string::npos ||
         error.find(": expected a list,") != std::string::npos;
}

TEST_F(JsonSchema, AgreesWithTheDecoder) {
  const Value schema = schema_value();
  std::vector<std::string> cases;
  for (std::uint64_t seed = 0; seed < 1500; ++seed)
    cases.push_back(to_json(random_document(schema, seed)));
  const std::vector<std::string> found = verdicts(cases);
  std::size_t good = 0;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::vector<std::string> errors = errors_of(cases[i]);
    if (errors.empty()) ++good;
    EXPECT_TRUE(found[i] == "[]" || !errors.empty())
        << "only the schema is against " << cases[i] << "\n"
        << found[i];
    EXPECT_TRUE(found[i] != "[]" || std::none_of(errors.begin(), errors.end(), is_about_the_form))
        << "only the decoder is against " << cases[i] << "\n"
        << testing::PrintToString(errors);
  }
  EXPECT_GT(good, cases.size() / 20);  // else nothing was compared
}

}  // namespace
}  // namespace gnomon::scenarios
