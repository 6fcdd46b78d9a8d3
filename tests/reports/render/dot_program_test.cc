#include "reports/render/dot_program.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "reports/render/dot_drawing.h"

namespace gnomon::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string complete_graph(int nodes) {
  std::string graph = "digraph g {";
  for (int i = 0; i < nodes; ++i) {
    for (int k = 0; k < i; ++k) graph += fmt::format("n{} -> n{};", k, i);
  }
  return graph + "}";
}

TEST(DotProgram, DrawsAGraph) {
  const Expected<std::string> svg = run_dot("digraph g { a -> b }");
  ASSERT_TRUE(svg.has_value()) << svg.error().message;
  EXPECT_THAT(*svg, HasSubstr("<svg"));
}

TEST(DotProgram, SaysThatItIsMissing) {
  const Expected<std::string> svg = run_dot("digraph g {}", {}, "no-such-dot");
  ASSERT_FALSE(svg.has_value());
  EXPECT_EQ(svg.error().kind, ErrorKind::kCannotHappen);
  EXPECT_THAT(svg.error().message, HasSubstr("no program 'no-such-dot'"));
}

TEST(DotProgram, PassesOnItsComplaint) {
  const Expected<std::string> svg = run_dot("digraph { a -> }");
  ASSERT_FALSE(svg.has_value());
  EXPECT_THAT(svg.error().message, HasSubstr("syntax error"));
}

TEST(DotProgram, SurvivesAProgramThatReadsNothing) {
  const Expected<std::string> svg = run_dot(std::string(1 << 20, ' '), {}, "false");
  ASSERT_FALSE(svg.has_value());
  EXPECT_THAT(svg.error().message, HasSubstr("exit code 1"));
  EXPECT_FALSE(run_dot("digraph g {}", {}, "true").has_value());
}

TEST(DotProgram, IsStoppedWhenItTakesTooLong) {
  const auto begin = std::chrono::steady_clock::now();
  const Expected<std::string> svg = run_dot(complete_graph(150), {.time = 200ms});
  ASSERT_FALSE(svg.has_value());
  EXPECT_THAT(svg.error().message, HasSubstr("longer than"));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST(DotProgram, IsStoppedWhenItTakesTooMuchMemory) {
  EXPECT_FALSE(run_dot(complete_graph(150), {.memory_bytes = 24 << 20}).has_value());
}

TEST(DotProgram, IsStoppedWhenItWritesTooMuch) {
  const Expected<std::string> svg = run_dot(complete_graph(20), {.output_bytes = 1000});
  ASSERT_FALSE(svg.has_value());
  EXPECT_THAT(svg.error().message, HasSubstr("more than 1000 bytes"));
}

TEST(DotDrawing, HasNoFrameIdsOrForeignTitles) {
  const Expected<Drawing> drawing = draw_with_dot("digraph g { a [tooltip=\"say <hi>\"]; a -> b }");
  ASSERT_TRUE(drawing.has_value());
  EXPECT_GT(drawing->width, 20);
  EXPECT_GT(drawing->height, 20);
  EXPECT_THAT(drawing->svg, HasSubstr("<title>say &lt;hi&gt;</title>"));
  EXPECT_THAT(drawing->svg, Not(HasSubstr(" id=\"")));
  EXPECT_THAT(drawing->svg, Not(HasSubstr("<svg")));
  EXPECT_THAT(drawing->svg, Not(HasSubstr("<title>a</title>")));
}

TEST(DotDrawing, RefusesWhatIsNoSvg) {
  EXPECT_FALSE(adopt_dot_svg("").has_value());
  EXPECT_FALSE(adopt_dot_svg("<svg").has_value());
  EXPECT_FALSE(adopt_dot_svg("</svg><svg>").has_value());
}

TEST(ReadDot, GivesWhatTheTextSays) {
  const Expected<std::string> json =
      read_dot("digraph g { node [runtime=cpu]; a -> {b c}; b [label=\"x\\ny\"] }");
  ASSERT_TRUE(json.has_value()) << json.error().message;
  EXPECT_THAT(*json, HasSubstr(R"("runtime": "cpu")"));
  EXPECT_THAT(*json, HasSubstr(R"("label": "x\\ny")"));
}

TEST(ReadDot, SaysInWhichLineTheTextIsBroken) {
  const Expected<std::string> json = read_dot("digraph {\n a -> ;\n}");
  ASSERT_FALSE(json.has_value());
  EXPECT_EQ(json.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(json.error().message, "2: syntax error near ';'");
}

}  // namespace
}  // namespace gnomon::reports
