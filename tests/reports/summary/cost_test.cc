#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/summary/summary.h"
#include "reports/summary/summary_text.h"
#include "tests/reports/sample.h"

namespace gnomon::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Cost, StandsByTenantAndRuntimeAndInAll) {
  RunView run = small_sample();
  run.figures = {{"cost", "", "value", 12.5},        {"cost", "cpu", "value", 2.5},
                 {"cost", "gpu", "value", 10},       {"bill", "ads", "value", 4.25},
                 {"bill", "ads/cpu", "value", 1.25}, {"bill", "ads/gpu", "value", 3},
                 {"bill", "search", "value", 8.25},  {"bill", "search/cpu", "value", 1.25},
                 {"bill", "search/gpu", "value", 7}, {"bill", "default", "value", 0},
                 {"bill", "default/cpu", "value", 0}};
  const std::string text = print_summary(summarise(run), {}, Style{});
  EXPECT_THAT(text, HasSubstr("Cost  by tenant and runtime\n"
                              "           cpu    gpu    all\n"
                              "  search  1.25   7.00   8.25\n"
                              "  ads     1.25   3.00   4.25\n"
                              "  all     2.50  10.00  12.50\n"));
}

TEST(Cost, IsNotSpokenOfWhereNothingHasAPrice) {
  RunView run = small_sample();
  run.figures = {{"cost", "", "value", 0}, {"cost", "cpu", "value", 0}};
  EXPECT_THAT(print_summary(summarise(run), {}, Style{}), Not(HasSubstr("Cost")));
}

}  // namespace
}  // namespace gnomon::reports
