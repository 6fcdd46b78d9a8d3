#include "scenarios/language/sample.h"

#include <gtest/gtest.h>

namespace gnomon::scenarios {
namespace {

constexpr std::string_view kTable = "kind,ms,count\na,30,1\nb,7,0\na,10,2\na,20,1\nb,5,3\n";

sim::Distribution read(const SampleFormat& format) {
  return read_sample(kTable, format).value();
}
std::string error_of(const SampleFormat& format, std::string_view table = kTable) {
  const auto sample = read_sample(table, format);
  return sample ? "none" : sample.error().message;
}

TEST(Sample, TakesAColumnInItsUnit) {
  const sim::Distribution sample = read({.column = "ms", .unit = 1e6});
  EXPECT_NEAR(sample.quantile(1e-12), 5e6, 1);
  EXPECT_EQ(sample.quantile(0.5), 10e6);
}

TEST(Sample, TakesTheRowsThatAreChosen) {
  const sim::Distribution sample = read({.column = "ms", .rows = {{"kind", "a"}}});
  EXPECT_EQ(sample.quantile(0.5), 20);
  EXPECT_EQ(sample.mean(), 20);
}

TEST(Sample, DrawsEachValueAsOftenAsItWeighs) {
  const sim::Distribution sample =
      read({.column = "ms", .rows = {{"kind", "a"}}, .weight = "count"});
  EXPECT_EQ(sample.quantile(0.1), 10);
  EXPECT_EQ(sample.quantile(0.49), 10);
  EXPECT_EQ(sample.quantile(0.51), 20);
  EXPECT_EQ(sample.quantile(0.74), 20);
  EXPECT_EQ(sample.quantile(0.76), 30);
  EXPECT_EQ(sample.quantile(0.999999), 30);
  EXPECT_EQ(sample.mean(), 17.5);
  EXPECT_EQ(read({.column = "ms", .rows = {{"kind", "b"}}, .weight = "count"}).quantile(0.99), 5);
}

TEST(Sample, SaysWhatIsWrong) {
  EXPECT_EQ(error_of({.column = "seconds"}), ":1: there is no column 'seconds'");
  EXPECT_EQ(error_of({.column = "ms", .weight = "kind"}, "kind,ms\na,30\n"),
            ":2:1: expected a number in column 'kind', found 'a'");
  EXPECT_EQ(error_of({.column = "ms", .rows = {{"kind", "c"}}}), "no row is chosen");
  EXPECT_EQ(error_of({.column = "x", .weight = "w"}, "x,w\n1,-1\n"),
            ":2:3: the weight is negative");
  EXPECT_EQ(error_of({.column = "x", .weight = "w"}, "x,w\n1,0\n"), "the weights are all 0");
}

}  // namespace
}  // namespace gnomon::scenarios
