#include "reports/text/escape.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>
#include <string>

namespace gnomon::reports {
namespace {

TEST(Clean, KeepsPrintableTextAndShowsTheRest) {
  EXPECT_EQ(clean("plain"), "plain");
  EXPECT_EQ(clean("Größe 数 🚀"), "Größe 数 🚀");
  EXPECT_EQ(clean("a\r\nb\tc"), "a ↵b c");
  EXPECT_EQ(clean(std::string_view("a\0b", 3)), "a␀b");
  EXPECT_EQ(clean("a\x7f"), "a␡");
  EXPECT_EQ(clean("a\xff\xfe z"), "a�� z");
  EXPECT_EQ(clean("\xC0\xAF"), "��");               // an overlong slash
  EXPECT_EQ(clean("\xED\xA0\x80"), "���");          // a surrogate
  EXPECT_EQ(clean("\xE2\x82"), "��");               // cut short
  EXPECT_EQ(clean("safe\u202Eevil"), "safe�evil");  // turns the direction of writing
}

TEST(EscapeXml, LeavesNoMarkup) {
  EXPECT_EQ(escape_xml(R"(<b>"a" & 'b'</b>)"),
            "&lt;b&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/b&gt;");
  EXPECT_EQ(escape_xml("]]>\x01"), "]]&gt;␁");
}

TEST(EscapeDot, LeavesNoWayOutOfTheString) {
  EXPECT_EQ(escape_dot(R"(a"];b["\)"), R"(a\"];b[\"\\)");
  EXPECT_EQ(escape_dot(R"(\N \n)"), R"(\\N \\n)");
}

TEST(CsvField, QuotesWhereItMust) {
  EXPECT_EQ(csv_field("plain"), "plain");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("say \"hi\"\n"), "\"say \"\"hi\"\"\n\"");
  EXPECT_EQ(csv_field("=1+1"), "'=1+1");
}

TEST(DisplayWidth, CountsColumns) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("数据"), 4u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
  EXPECT_EQ(display_width("🚀"), 2u);
}

TEST(Shorten, KeepsBothEnds) {
  EXPECT_EQ(shorten("short", 10), "short");
  EXPECT_EQ(shorten("extract_features_part_0042", 13), "extrac…t_0042");
  EXPECT_EQ(shorten("数据数据数据", 6), "数…据");
}

RC_GTEST_PROP(Escape, AnyBytesGiveCleanBoundedText, (std::string bytes)) {
  const std::string once = clean(bytes);
  RC_ASSERT(clean(once) == once);
  RC_ASSERT(once.find('\n') == std::string::npos);
  RC_ASSERT(display_width(shorten(bytes, 12)) <= 12u);
  const std::string xml = escape_xml(bytes);
  RC_ASSERT(xml.find_first_of("<>\"'\\") == std::string::npos);
}

}  // namespace
}  // namespace gnomon::reports
