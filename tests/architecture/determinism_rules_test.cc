#include "tests/architecture/determinism_rules.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gnomon::architecture {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

Violations breaches_of(const std::string& code) {
  return check_determinism({{"engine/shard/shard.cc", code}}).violations;
}

constexpr auto kBanned =
    std::to_array<const char*>({"auto now = std::chrono::system_clock::now();",
                                "auto now = std::chrono::steady_clock::now();",
                                "seed = time(nullptr);",
                                "seed = std::time(nullptr);",
                                "std::random_device device;",
                                "std::mt19937 generator(7);",
                                "std::mt19937_64 generator(7);",
                                "int n = rand() % 7;",
                                "int n = std::rand();",
                                "std::uniform_int_distribution<int> die(1, 6);",
                                "std::normal_distribution<double> bell;",
                                "const char* home = std::getenv(name);",
                                "std::thread worker(run);",
                                "std::jthread worker(run);",
                                "std::mutex mutex_;",
                                "thread_local int depth;",
                                "setlocale(LC_ALL, name);",
                                "double y = std::exp(x);",
                                "double y = std::log(x);",
                                "double y = std::pow(x, 2.0);",
                                "double y = ::sin(x);",
                                "double (*f)(double) = &std::cos;",
                                "static int count = 0;",
                                "static std::vector<int> cache;",
                                "inline static Registry registry{};",
                                "std::map<Node*, int> depth;",
                                "std::set<const Node *> seen;",
                                "std::hash<int> hash;",
                                "#include <random>",
                                "#include <thread>",
                                "#include <fstream>",
                                "auto key = reinterpret_cast<std::uintptr_t>(node);"});

constexpr auto kFine = std::to_array<const char*>(
    {"// std::mt19937 would draw in sequence", "/* like\n time(nullptr) */",
     "auto text = \"std::rand() and rand()\";", "auto text = R\"(getenv)\";",
     "static constexpr int kLimit = 7;", "static const char kName[] = {};",
     "static Expected<int> parse(std::string_view text);", "static_assert(sizeof(int) == 4);",
     "auto x = static_cast<int>(y);", "int operand(int x);", "deadline_time(0);",
     "double y = std::sqrt(x);", "double y = random.exp(x);", "log(message);", "portable::exp(x);",
     "std::map<NodeIndex, Node*> nodes;", "std::map<std::string, const Node*> nodes;",
     "struct duration_distribution;", "my::steady_clocks x;"});

TEST(Determinism, CatchesEachBannedWordInEngineAndSimulationOnly) {
  for (const std::string banned : kBanned) {
    SCOPED_TRACE(banned);
    const std::string code = "int before;\n" + banned + "\n";
    for (const std::string path : {"engine/shard/shard.cc", "sim/kernel/kernel.h"}) {
      const Violations violations = check_determinism({{path, code}}).violations;
      ASSERT_THAT(violations, Not(IsEmpty()));
      EXPECT_EQ(violations.front().path, path);
      EXPECT_EQ(violations.front().line, 2);
    }
    EXPECT_THAT(check_determinism({{"adapters/system/loop.cc", code}}).violations, IsEmpty());
  }
}

TEST(Determinism, LetsTheirLikesThrough) {
  for (const char* fine : kFine) EXPECT_THAT(breaches_of(fine), IsEmpty()) << fine;
}

TEST(Determinism, CatchesAWalkThroughAnUnorderedContainer) {
  EXPECT_THAT(breaches_of("std::unordered_map<int, std::vector<int>> by_id_;\n"
                          "void f() { for (const auto& [id, row] : by_id_) use(row); }\n"),
              SizeIs(1));
  EXPECT_THAT(breaches_of("std::unordered_set<int> ids;\nauto first = ids.begin();\n"), SizeIs(1));
}

TEST(Determinism, CatchesAWalkThroughAMemberThatTheHeaderDeclares) {
  const Tree tree = {
      {"engine/shard/shard.h", "class Shard {\n  std::unordered_map<int, int> by_id_;\n};\n"},
      {"engine/shard/shard.cc",
       "#include \"engine/shard/shard.h\"\nfor (auto& row : by_id_) use(row);\n"}};
  const Violations violations = check_determinism(tree).violations;
  ASSERT_THAT(violations, SizeIs(1));
  EXPECT_EQ(violations.front().path, "engine/shard/shard.cc");
  EXPECT_EQ(violations.front().line, 2);
}

TEST(Determinism, CatchesBareCallsOfLibmWhereItsNamesAreInReach) {
  const std::string cmath = "#include <cmath>\n";
  EXPECT_THAT(breaches_of(cmath + "double y = exp(x);\n"), SizeIs(1));
  EXPECT_THAT(breaches_of(cmath + "double f(double x) { return log(x); }\n"), SizeIs(1));
  EXPECT_THAT(
      breaches_of(cmath + "double log(double x);\nlogger.log(x);\nlogger->log(x);\nmy::log(x);\n"),
      IsEmpty());
}

TEST(Determinism, LetsUnorderedContainersBeLookedUp) {
  EXPECT_THAT(breaches_of("std::unordered_map<int, int> by_id_;\n"
                          "auto found = by_id_.find(7);\nbool there = found != by_id_.end();\n"
                          "for (int id : order) use(by_id_.at(id));\n"),
              IsEmpty());
}

TEST(Determinism, LetsALineThroughThatSaysWhyAndCountsIt) {
  const DeterminismReport report = check_determinism(
      {{"sim/kernel/kernel.cc",
        "static int calls = 0;  // determinism: counts calls for a test only\n"}});
  EXPECT_THAT(report.violations, IsEmpty());
  EXPECT_THAT(report.excused, SizeIs(1));
}

TEST(Determinism, TakesNoExcuseWithoutAReason) {
  EXPECT_THAT(breaches_of("static int calls = 0;  // determinism: fine\n"), SizeIs(1));
  EXPECT_THAT(breaches_of("static int calls = 0;  // determinism:\n"), SizeIs(1));
}

}  // namespace
}  // namespace gnomon::architecture
