#include "tests/architecture/include_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/architecture/libraries.h"

namespace gnomon::architecture {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

auto Breach(const std::string& path, int line, const std::string& part) {
  return AllOf(Field("path", &Violation::path, path), Field("line", &Violation::line, line),
               Field("what", &Violation::what, HasSubstr(part)));
}

/// Three folders that keep the rules.
Tree good_tree() {
  return {
      {"engine/base/README.md", "# engine/base\n\nMay include: (standard library), fmt\n"},
      {"engine/base/time.h", "#include <chrono>\n#include <fmt/format.h>\n"},
      {"engine/model/README.md",
       "May include: `engine/base`,\n  Boost.Graph.\n\nMore, words, here.\n"},
      {"engine/model/graph.h",
       "#include <boost/graph/adjacency_list.hpp>\n#include \"engine/base/time.h\"\n"},
      {"engine/model/graph.cc", "#include \"engine/model/graph.h\"\n"},
      {"adapters/system/README.md", "May include: engine/*, POSIX\n"},
      {"adapters/system/loop.cc", "#include <poll.h>\n#include \"engine/model/graph.h\"\n"},
  };
}

TEST(MayInclude, HoldsWhereEveryIncludeIsListed) {
  EXPECT_THAT(check_may_include(good_tree()), IsEmpty());
}

TEST(MayInclude, CatchesAFolderThatIsNotListed) {
  Tree tree = good_tree();
  tree["engine/base/time.h"] += "#include \"engine/model/graph.h\"\n";
  EXPECT_THAT(check_may_include(tree),
              ElementsAre(Breach("engine/base/time.h", 3, "engine/model")));
}

TEST(MayInclude, CatchesALibraryThatIsNotListed) {
  Tree tree = good_tree();
  tree["engine/model/graph.cc"] += "#include <sqlite3.h>\n";
  EXPECT_THAT(check_may_include(tree), ElementsAre(Breach("engine/model/graph.cc", 2, "SQLite")));
}

TEST(MayInclude, CatchesTheSystemsHeadersWherePosixIsNotListed) {
  Tree tree = good_tree();
  tree["engine/base/time.h"] += "#include <sys/epoll.h>\n";
  EXPECT_THAT(check_may_include(tree), ElementsAre(Breach("engine/base/time.h", 3, "POSIX")));
}

TEST(MayInclude, CatchesAHeaderOfAnUnknownLibrary) {
  Tree tree = good_tree();
  tree["engine/base/time.h"] += "#include <absl/strings/str_cat.h>\n";
  EXPECT_THAT(check_may_include(tree), ElementsAre(Breach("engine/base/time.h", 3, "no library")));
}

TEST(MayInclude, CatchesAPathThatDoesNotStartAtTheRoot) {
  Tree tree = good_tree();
  tree["engine/model/graph.cc"] = "#include \"graph.h\"\n";
  EXPECT_THAT(check_may_include(tree), ElementsAre(Breach("engine/model/graph.cc", 1, "the root")));
}

TEST(MayInclude, CatchesTheProgramIncludingItsTests) {
  Tree tree = good_tree();
  tree["engine/model/graph.cc"] += "#include \"tests/contract/store.h\"\n";
  EXPECT_THAT(check_may_include(tree), ElementsAre(Breach("engine/model/graph.cc", 2, "no part")));
}

TEST(MayInclude, CatchesAFolderWithoutReadme) {
  Tree tree = good_tree();
  tree.erase("engine/base/README.md");
  EXPECT_THAT(check_may_include(tree), ElementsAre(Breach("engine/base/README.md", 0, "missing")));
}

TEST(MayInclude, CatchesAReadmeWithoutTheLine) {
  Tree tree = good_tree();
  tree["engine/base/README.md"] = "# engine/base\n\nIt may include: fmt\n";
  EXPECT_THAT(check_may_include(tree), ElementsAre(Breach("engine/base/README.md", 0, "no line")));
}

TEST(MayInclude, CatchesAnItemThatNamesNothing) {
  Tree tree = good_tree();
  tree["engine/base/README.md"] = "May include: fmt, engine/bose\n";
  EXPECT_THAT(check_may_include(tree),
              ElementsAre(Breach("engine/base/README.md", 1, "engine/bose")));
}

TEST(MayInclude, SeesNoIncludeInCommentsAndStrings) {
  Tree tree = good_tree();
  tree["engine/model/graph.cc"] +=
      "// #include <sqlite3.h>\n/*\n#include <sqlite3.h>\n*/\nauto s = R\"(\n#include "
      "<sqlite3.h>\n)\";\n";
  EXPECT_THAT(check_may_include(tree), IsEmpty());
}

TEST(OneFolderALibrary, CatchesASecondFolder) {
  Tree tree = good_tree();
  tree["adapters/system/loop.cc"] += "#include <boost/graph/topological_sort.hpp>\n";
  EXPECT_THAT(check_one_folder_a_library(tree, {}),
              ElementsAre(Breach("adapters/system/loop.cc", 3, "adapters/system, engine/model"),
                          Breach("engine/model/graph.h", 1, "Boost.Graph is used from 2 folders")));
}

TEST(OneFolderALibrary, LeavesOutLibrariesThatAreSharedForAReason) {
  Tree tree = good_tree();
  tree["adapters/system/loop.cc"] += "#include <fmt/format.h>\n";
  EXPECT_THAT(check_one_folder_a_library(tree, {{"fmt", "text"}}), IsEmpty());
  EXPECT_EQ(check_one_folder_a_library(tree, {}).size(), 2U);
}

TEST(MayInclude, LetsSmallHeadersOfBoostComeWithAnyOfItsLibraries) {
  Tree tree = good_tree();
  tree["engine/model/graph.cc"] += "#include <boost/range.hpp>\n";
  EXPECT_THAT(check_may_include(tree), IsEmpty());
  tree["adapters/system/loop.cc"] += "#include <boost/range.hpp>\n";
  EXPECT_THAT(check_may_include(tree), ElementsAre(Breach("adapters/system/loop.cc", 3, "Boost")));
}

TEST(FolderCycles, CatchesACircleAndNamesIt) {
  Tree tree = good_tree();
  EXPECT_THAT(check_no_folder_cycles(tree), IsEmpty());
  tree["engine/base/clock.h"] = "#include \"adapters/system/loop.h\"\n";
  EXPECT_THAT(
      check_no_folder_cycles(tree),
      ElementsAre(Breach("engine/base/clock.h", 1,
                         "adapters/system -> engine/model -> engine/base -> adapters/system")));
}

TEST(LibraryOf, TellsTheStandardLibraryTheSystemAndOthersApart) {
  EXPECT_EQ(library_of("vector"), "");
  EXPECT_EQ(library_of("stdint.h"), "");
  EXPECT_EQ(library_of("unistd.h"), "POSIX");
  EXPECT_EQ(library_of("sys/socket.h"), "POSIX");
  EXPECT_EQ(library_of("boost/graph/graph_traits.hpp"), "Boost.Graph");
  EXPECT_EQ(library_of("boost/asio.hpp"), "Boost.Asio");
  EXPECT_EQ(library_of("nlohmann/json.hpp"), "nlohmann-json");
  EXPECT_EQ(library_of("windows.h"), "?");
}

}  // namespace
}  // namespace gnomon::architecture
