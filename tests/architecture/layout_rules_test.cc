#include "tests/architecture/layout_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gnomon::architecture {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += "int x;\n";
  return text;
}

TEST(FileLength, EndsAtFiveHundredLines) {
  EXPECT_THAT(check_file_length({{"engine/base/a.cc", lines(500)}, {"tests/run", lines(500)}}),
              IsEmpty());
  EXPECT_THAT(check_file_length({{"engine/base/a.cc", lines(501)}}), SizeIs(1));
  EXPECT_THAT(check_file_length({{"tests/engine/base/a_test.cc", lines(501)}}), SizeIs(1));
  EXPECT_THAT(check_file_length({{"tests/run", lines(501)}}), SizeIs(1));
  EXPECT_THAT(check_file_length({{"cmake/folders.cmake", lines(501)}}), SizeIs(1));
}

TEST(FileLength, DoesNotCountData) {
  EXPECT_THAT(check_file_length({{"scenarios/library/trace.csv", lines(5000)}}), IsEmpty());
}

TEST(HeadersTeach, CatchesAHeaderThatSaysNothing) {
  EXPECT_THAT(
      check_headers_teach({{"engine/base/a.h", "/// A thing.\n/// Never null.\nint a();\n"}}),
      IsEmpty());
  EXPECT_THAT(check_headers_teach({{"engine/base/a.h", "#pragma once\nint a();\n"}}), SizeIs(1));
  EXPECT_THAT(check_headers_teach({{"engine/base/a.cc", "int a() { return 1; }\n"}}), IsEmpty());
}

TEST(Readmes, CatchesAFolderWithoutOne) {
  const Tree good = {{"sim/kernel/kernel.h", ""},
                     {"sim/kernel/README.md", ""},
                     {"scenarios/library/etl.yaml", ""},
                     {"scenarios/library/README.md", ""},
                     {"tests/run", ""},
                     {"tests/README.md", ""}};
  EXPECT_THAT(check_readmes(good), IsEmpty());
  for (const std::string folder : {"sim/kernel", "scenarios/library", "tests"}) {
    Tree tree = good;
    tree.erase(folder + "/README.md");
    EXPECT_THAT(check_readmes(tree), SizeIs(1)) << folder;
  }
}

TEST(Leftovers, AreCaughtInAnyTextFile) {
  for (const std::string& word : {std::string("TO") + "DO", std::string("FIX") + "ME",
                                  std::string("XX") + "X", std::string("HA") + "CK"}) {
    EXPECT_THAT(check_no_leftovers({{"README.md", "first\nthis is a " + word + ": later\n"}}),
                SizeIs(1))
        << word;
    EXPECT_THAT(check_no_leftovers({{"README.md", "no word is" + word + "S here\n"}}), IsEmpty())
        << word;
  }
}

TEST(MachinePaths, AreCaughtInAnyTextFile) {
  for (const std::string& planted :
       {std::string("cd /wo") + "rk/main", std::string("log=/tmp/bash") + "_jobs/7",
        std::string("https://deb.deb") + "ian.org/debian",
        std::string("https://registry.npm") + "js.org/x",
        std::string("\"/ho") + "me/somebody/x\""}) {
    EXPECT_THAT(check_no_machine_paths({{"tests/run", "true\n" + planted + "\n"}}), SizeIs(1))
        << planted;
  }
  EXPECT_THAT(check_no_machine_paths({{"README.md", "the frame" + std::string("wo") +
                                                        "rk/engine, src/wo" + "rk/x\n"}}),
              IsEmpty());
}

}  // namespace
}  // namespace gnomon::architecture
