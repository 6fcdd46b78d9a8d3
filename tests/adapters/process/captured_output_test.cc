#include "adapters/process/captured_output.h"

#include <gtest/gtest.h>

#include <string>

namespace gnomon::adapters {
namespace {

TEST(CapturedOutput, KeepsAllThatFits) {
  CapturedOutput output(10);
  output.append("01234");
  output.append("");
  output.append("56789");
  EXPECT_EQ(output.text(), "0123456789");
  EXPECT_EQ(output.dropped_bytes(), 0U);
}

TEST(CapturedOutput, KeepsTheBeginningAndTheEndOfWhatDoesNot) {
  CapturedOutput output(10);
  output.append("0123456789ABC");
  EXPECT_EQ(output.dropped_bytes(), 3U);
  EXPECT_EQ(output.text(), "01234\n... 3 bytes dropped ...\n89ABC");
}

TEST(CapturedOutput, DoesNotDependOnThePiecesItComesIn) {
  std::string all;
  for (int i = 0; i < 1'000; ++i) all += static_cast<char>('a' + i % 26);
  for (const std::size_t bytes_max : {1U, 2U, 7U, 64U, 999U, 1'000U, 2'000U}) {
    CapturedOutput whole(bytes_max);
    whole.append(all);
    for (const std::size_t piece : {1U, 3U, 32U, 500U}) {
      CapturedOutput output(bytes_max);
      for (std::size_t at = 0; at < all.size(); at += piece) output.append(all.substr(at, piece));
      ASSERT_EQ(output.text(), whole.text()) << bytes_max << " in pieces of " << piece;
      ASSERT_EQ(output.dropped_bytes(), bytes_max < 1'000 ? 1'000 - bytes_max : 0);
    }
  }
}

TEST(CapturedOutput, GivesTheLastLines) {
  CapturedOutput output(100);
  EXPECT_EQ(output.last_lines(50, 3), "");
  output.append("one\ntwo\nthree\nfour\n\n");
  EXPECT_EQ(output.last_lines(50, 1), "four");
  EXPECT_EQ(output.last_lines(50, 2), "three\nfour");
  EXPECT_EQ(output.last_lines(50, 9), "one\ntwo\nthree\nfour");
  EXPECT_EQ(output.last_lines(6, 9), "e\nfour");
  EXPECT_EQ(output.last_lines(6, 1), "four");
}

TEST(CapturedOutput, GivesTheLastLinesOfWhatBeginsWithALineBreak) {
  CapturedOutput output(100);
  output.append("\nlast\r\n");
  EXPECT_EQ(output.last_lines(50, 1), "last");
  EXPECT_EQ(output.last_lines(50, 2), "\nlast");
}

}  // namespace
}  // namespace gnomon::adapters
