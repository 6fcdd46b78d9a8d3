#include "engine/base/nearest_name.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace gnomon {
namespace {

std::string nearest(std::string_view wanted, std::initializer_list<std::string_view> names) {
  NearestName found(wanted);
  for (const std::string_view name : names) found.consider(name);
  return found.name();
}

TEST(NearestName, FindsTheNameThatWasMeant) {
  EXPECT_EQ(nearest("retrys", {"timeout", "retry", "after"}), "retry");
  EXPECT_EQ(nearest("untis", {"units", "until"}), "units");  // neighbours swapped: one edit
  EXPECT_EQ(nearest("Workers", {"workers"}), "workers");
  EXPECT_EQ(nearest("gpuu", {"cpu", "gpu"}), "gpu");
}

TEST(NearestName, StaysSilentWhereNothingIsNear) {
  EXPECT_EQ(nearest("banana", {"retry", "timeout"}), "");
  EXPECT_EQ(nearest("a", {"b"}), "");
  EXPECT_EQ(nearest("", {"retry"}), "");
  EXPECT_EQ(nearest(std::string(1000, 'x'), {"xxxx"}), "");
}

TEST(NearestName, TakesTheFirstOfEquals) {
  EXPECT_EQ(nearest("task3", {"task1", "task2"}), "task1");
}

TEST(NearestName, HintsInWords) {
  NearestName found("aftr");
  EXPECT_EQ(found.hint(), "");
  found.consider("after");
  EXPECT_EQ(found.hint(), " (did you mean 'after'?)");
}

}  // namespace
}  // namespace gnomon
