// Holds the rules of this folder against the project itself.

#include <gtest/gtest.h>

#include "tests/architecture/determinism_rules.h"
#include "tests/architecture/include_rules.h"
#include "tests/architecture/layout_rules.h"

namespace gnomon::architecture {
namespace {

/// Reports each violation where it is.
void expect_none(const Violations& violations) {
  for (const Violation& violation : violations) {
    ADD_FAILURE_AT(violation.path.c_str(), violation.line) << violation.what;
  }
}

const Tree& project() {
  static const Tree tree = load_tree(GNOMON_SOURCE_DIR);
  return tree;
}

TEST(Project, IsThere) {
  EXPECT_TRUE(project().contains("engine/base/time.h"));
  EXPECT_GE(program_folders(project()).size(), 2U);
}

TEST(Project, IncludesOnlyWhatItsReadmesAllow) {
  expect_none(check_may_include(project()));
}

TEST(Project, UsesALibraryFromOneFolder) {
  const SharedLibraries shared = {
      {"fmt", "text is made everywhere"},
      {"nlohmann-json", "JSON values pass through every layer"},
  };
  expect_none(check_one_folder_a_library(project(), shared));
}

TEST(Project, HasNoFoldersThatIncludeEachOther) {
  expect_none(check_no_folder_cycles(project()));
}

TEST(Project, KeepsEngineAndSimulationDeterministic) {
  const DeterminismReport report = check_determinism(project());
  expect_none(report.violations);
  // Raise this with the line that needs it, so that an excuse is seen in review.
  EXPECT_LE(report.excused.size(), 1U) << ::testing::PrintToString(report.excused);
}

TEST(Project, HasNoFileOverFiveHundredLines) {
  expect_none(check_file_length(project()));
}

TEST(Project, TeachesInEveryHeader) {
  expect_none(check_headers_teach(project()));
}

TEST(Project, ExplainsEveryFolder) {
  expect_none(check_readmes(project()));
}

TEST(Project, LeavesNothingToBeDone) {
  expect_none(check_no_leftovers(project()));
}

TEST(Project, NamesNobodysMachine) {
  expect_none(check_no_machine_paths(project()));
}

}  // namespace
}  // namespace gnomon::architecture
