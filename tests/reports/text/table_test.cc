#include "reports/text/table.h"

#include <gtest/gtest.h>

#include "reports/text/escape.h"

namespace gnomon::reports {
namespace {

TEST(Table, AlignsColumnsByWhatIsSeen) {
  Table table({Table::Align::kLeft, Table::Align::kRight, Table::Align::kLeft});
  table.titles({"name", "time", ""});
  table.row({{"数据"}, {"2m 14s"}, {"x"}});
  table.row({{"load"}, {"5ms"}});
  EXPECT_EQ(table.print(Style{}),
            "  name    time\n"
            "  数据  2m 14s  x\n"
            "  load     5ms\n");
}

TEST(Table, ColourDoesNotChangeTheLayout) {
  Table table({Table::Align::kRight, Table::Align::kLeft});
  table.row({{"1", Ink::kBad}, {"a"}});
  table.row({{"10"}, {"b"}});
  EXPECT_EQ(table.print(Style{true}), "   \x1b[1;31m1\x1b[0m  a\n  10  b\n");
}

TEST(Bar, FillsInEighths) {
  EXPECT_EQ(bar(0, 4), "    ");
  EXPECT_EQ(bar(1, 4), "████");
  EXPECT_EQ(bar(0.5, 4), "██  ");
  EXPECT_EQ(bar(0.03125, 4), "▏   ");
  EXPECT_EQ(bar(1e-9, 4), "▏   ");
  EXPECT_EQ(bar(7, 2), "██");
  for (int i = 0; i <= 100; ++i) EXPECT_EQ(display_width(bar(i / 100.0, 10)), 10u);
}

}  // namespace
}  // namespace gnomon::reports
