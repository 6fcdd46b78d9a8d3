#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/language/load_text.h"

namespace gnomon::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> errors_in(const std::string& threshold) {
  return errors_of(
      "runtimes: {gpu: {otherwise: 1s}, cpu: {otherwise: 1s}}\n"
      "workflows: {train: {nodes: {a: {task: {runtime: gpu, action: x}}}}}\n"
      "tenants: {ads: {}}\n"
      "traffic: {t: {workflow: train, tenants: ads}}\n"
      "thresholds: ['" +
      threshold + "']\n");
}

TEST(Bill, IsOfATenantOrOfATenantAtARuntime) {
  for (const char* good : {"bill(ads) < 5", "bill(ads/gpu) < 5", "bill(default) == 0",
                           "bill(default/cpu) == 0", "cost < 5", "cost(gpu) < 5"}) {
    EXPECT_THAT(errors_in(good), IsEmpty()) << good;
  }
  EXPECT_THAT(errors_in("bill(adds) < 5"),
              ElementsAre(HasSubstr("'bill' has no tenant 'adds' (did you mean 'ads'?)")));
  EXPECT_THAT(errors_in("bill(adds/gpu) < 5"),
              ElementsAre(HasSubstr("'bill' has no tenant 'adds' (did you mean 'ads'?)")));
  EXPECT_THAT(errors_in("bill(ads/gpus) < 5"),
              ElementsAre(HasSubstr("'bill' has no runtime 'gpus' (did you mean 'gpu'?)")));
  EXPECT_THAT(errors_in("bill < 5"), ElementsAre(HasSubstr("'bill' needs a tenant: bill(ads)")));
  EXPECT_THAT(errors_in("bill(ads) < 5s"), ElementsAre(HasSubstr("expected a number")));
}

TEST(Bill, IsCheckedInBoundedTimeHoweverManyThereCouldBe) {
  std::string text = "tenants:\n";
  for (int i = 0; i < 20'000; ++i) text += fmt::format("  tenant_{}: {{}}\n", i);
  text += "runtimes:\n";
  for (int i = 0; i < 500; ++i) text += fmt::format("  runtime_{}: {{otherwise: 1s}}\n", i);
  text += "thresholds:\n";
  for (int i = 0; i < 500; ++i)
    text += fmt::format("  - bill(tenant_{}/runtime_{}) < 5\n", i * 40, i);
  EXPECT_THAT(errors_of(text), IsEmpty());
}

}  // namespace
}  // namespace gnomon::scenarios
