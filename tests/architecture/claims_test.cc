// Holds docs/CLAIMS.md against the project: what it names is there, and scenarios claim what they
// are named for.

#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <string>

#include "tests/architecture/tree.h"

namespace gnomon::architecture {
namespace {

using Names = std::set<std::string>;

const Tree& project() {
  static const Tree tree = load_tree(GNOMON_SOURCE_DIR);
  return tree;
}

/// What the page names for each claim, by its number.
std::map<int, Names> page() {
  std::map<int, Names> claims;
  const std::string& text = project().at("docs/CLAIMS.md");
  const std::regex row(R"(\| (\d+) \|[^|]*\|([^|\n]*)\|)");
  const std::regex name("`([^`]+)`");
  for (std::sregex_iterator it(text.begin(), text.end(), row), end; it != end; ++it) {
    Names& names = claims[std::stoi((*it)[1])];
    const std::string shown = (*it)[2];
    for (std::sregex_iterator in(shown.begin(), shown.end(), name); in != end; ++in)
      names.insert((*in)[1]);
  }
  return claims;
}

/// The numbers that each scenario of the library claims to show.
std::map<std::string, std::set<int>> library() {
  std::map<std::string, std::set<int>> claims;
  const std::string folder = "scenarios/library/";
  for (const auto& [path, text] : project()) {
    if (!path.starts_with(folder) || !path.ends_with(".yaml")) continue;
    const std::string name = path.substr(folder.size(), path.size() - folder.size() - 5);
    if (name.contains('/')) continue;
    std::smatch line;
    if (!std::regex_search(text, line, std::regex(R"(\nclaims: \[([^\]]*)\])"))) continue;
    const std::string list = std::regex_replace(line[1].str(), std::regex("\"[^\"]*\""), "");
    const std::regex number(R"(\d+)");
    for (std::sregex_iterator it(list.begin(), list.end(), number), end; it != end; ++it)
      claims[name].insert(std::stoi(it->str()));
  }
  return claims;
}

Names all_tests() {
  Names names;
  const std::regex test(R"(\n(?:TEST|TEST_F|TEST_P|RC_GTEST_PROP|TYPED_TEST_P)\((\w+), (\w+))");
  for (const auto& [path, text] : project()) {
    if (!path.starts_with("tests/")) continue;
    for (std::sregex_iterator it(text.begin(), text.end(), test), end; it != end; ++it)
      names.insert((*it)[1].str() + "." + (*it)[2].str());
  }
  return names;
}

TEST(Claims, OfTheWorkflowServiceHaveALineEach) {
  const auto claims = page();
  for (int number = 1; number <= 95; ++number) {
    if (number > 75 && number < 89) continue;  // the shadow mode
    ASSERT_TRUE(claims.contains(number)) << "claim " << number;
    EXPECT_FALSE(claims.at(number).empty()) << "nothing shows claim " << number;
  }
}

TEST(Claims, NameScenariosTestsAndFilesThatAreThere) {
  const Names tests = all_tests();
  const auto scenarios = library();
  for (const auto& [number, names] : page()) {
    for (const std::string& name : names) {
      const bool is_there =
          scenarios.contains(name) || tests.contains(name) || project().contains(name);
      EXPECT_TRUE(is_there) << "claim " << number << ": " << name;
    }
  }
}

TEST(Claims, AreClaimedByTheScenariosThatShowThem) {
  const auto claims = page();
  for (const auto& [scenario, numbers] : library()) {
    for (const auto& [number, names] : claims) {
      EXPECT_EQ(names.contains(scenario), numbers.contains(number))
          << scenario << (numbers.contains(number) ? " claims to show " : " is named for ")
          << number;
    }
  }
}

}  // namespace
}  // namespace gnomon::architecture
