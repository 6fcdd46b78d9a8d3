#include "reports/stats/histogram.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <rapidcheck/gtest.h>
#include <algorithm>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace gnomon::reports {
namespace {

TEST(Histogram, EmptyHasNoValues) {
  const Histogram histogram;
  EXPECT_TRUE(histogram.empty());
  EXPECT_EQ(histogram.percentile(50), 0);
  EXPECT_EQ(histogram.min(), 0);
  EXPECT_EQ(histogram.max(), 0);
  EXPECT_EQ(histogram.mean(), 0);
}

TEST(Histogram, SmallValuesAreExact) {
  Histogram histogram;
  for (int value = 1; value <= 1000; ++value) histogram.record(value);
  EXPECT_EQ(histogram.percentile(0), 1);
  EXPECT_EQ(histogram.percentile(50), 500);
  EXPECT_EQ(histogram.percentile(99.9), 999);
  EXPECT_EQ(histogram.percentile(99.91), 1000);
  EXPECT_EQ(histogram.percentile(100), 1000);
  EXPECT_EQ(histogram.mean(), 501);  // 500.5, rounded
}

TEST(Histogram, TakesEveryValueOfItsRange) {
  Histogram histogram;
  histogram.record(std::numeric_limits<std::int64_t>::max());
  histogram.record(0);
  histogram.record(-5);
  EXPECT_EQ(histogram.min(), 0);
  EXPECT_EQ(histogram.max(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(histogram.percentile(100), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(histogram.count_up_to(0), 2u);
}

TEST(Histogram, StepsCoverAllValuesWithoutGap) {
  Histogram histogram;
  for (int bit = 0; bit < 63; ++bit) {
    for (const std::int64_t around : {-1, 0, 1})
      histogram.record((std::int64_t{1} << bit) + around);
  }
  std::int64_t previous = -1;
  histogram.for_each([&](std::int64_t lowest, std::int64_t highest, std::uint64_t) {
    EXPECT_GT(lowest, previous);
    EXPECT_GE(highest, lowest);
    previous = highest;
  });
}

RC_GTEST_PROP(Histogram, PercentilesAreRightToThreeDigits,
              (std::vector<std::uint32_t> raw, std::uint8_t shift)) {
  RC_PRE(!raw.empty());
  std::vector<std::int64_t> values;
  Histogram histogram;
  for (const std::uint32_t value : raw) {
    values.push_back(static_cast<std::int64_t>(value) << (shift % 31));
    histogram.record(values.back());
  }
  std::sort(values.begin(), values.end());
  for (const double percent : {0.0, 1.0, 25.0, 50.0, 90.0, 99.0, 100.0}) {
    const auto rank = std::max<std::size_t>(
        1, (values.size() * static_cast<std::size_t>(percent * 100) + 9999) / 10'000);
    const std::int64_t exact = values[rank - 1];
    const std::int64_t estimate = histogram.percentile(percent);
    RC_ASSERT(estimate >= exact);
    RC_ASSERT(estimate - exact <= exact / 1000);
  }
}

RC_GTEST_PROP(Histogram, MergingIsTheSameAsRecordingAll,
              (std::vector<std::int64_t> first, std::vector<std::int64_t> second)) {
  Histogram a;
  Histogram b;
  Histogram all;
  for (const std::int64_t value : first) a.record(value), all.record(value);
  for (const std::int64_t value : second) b.record(value), all.record(value);
  Histogram ba = b;
  ba.merge(a);
  a.merge(b);
  RC_ASSERT(a == all);
  RC_ASSERT(ba == all);
}

// Reading the log of the reference implementation.

std::string decode_base64(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int have = 0;
  for (const char c : text) {
    const char* const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char* const found = std::char_traits<char>::find(digits, 64, c);
    if (found == nullptr) break;
    bits = bits << 6 | static_cast<std::uint32_t>(found - digits);
    have += 6;
    if (have < 8) continue;
    have -= 8;
    bytes.push_back(static_cast<char>(bits >> have));
  }
  return bytes;
}

std::uint64_t big_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes.at(at + i));
  return value;
}

/// One histogram in HdrHistogram's V2 compressed encoding: a deflated header, then counts as ZigZag
/// LEB128, where a negative count stands for so many empty steps. The log has two digits and a unit
/// of 20 us: 256 steps of 2^14 ns. Each step is recorded as its lowest value, as the reference
/// implementation does when it adds up histograms of different layouts.
Histogram decode(std::string_view base64) {
  constexpr std::uint64_t kLogHalf = 128;
  constexpr std::uint64_t kLogUnitBits = 14;
  const std::string packed = decode_base64(base64);
  EXPECT_EQ(big_endian(packed, 0, 4), 0x1c849314u);
  std::string bytes(1 << 20, '\0');
  uLongf size = bytes.size();
  EXPECT_EQ(uncompress(reinterpret_cast<Bytef*>(bytes.data()), &size,
                       reinterpret_cast<const Bytef*>(packed.data()) + 8, big_endian(packed, 4, 4)),
            Z_OK);
  bytes.resize(size);
  EXPECT_EQ(big_endian(bytes, 0, 4), 0x1c849313u);
  EXPECT_EQ(big_endian(bytes, 12, 4), 2u);
  EXPECT_EQ(big_endian(bytes, 16, 8), 20'000u);

  Histogram histogram;
  std::size_t at = 40;
  std::uint64_t index = 0;
  while (at < bytes.size()) {
    std::uint64_t raw = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes.at(at++));
      raw |= (shift == 56 ? std::uint64_t{byte} : std::uint64_t{byte & 0x7fu}) << shift;
      if (shift == 56 || (byte & 0x80) == 0) break;
    }
    const auto count = static_cast<std::int64_t>(raw >> 1) ^ -static_cast<std::int64_t>(raw & 1);
    if (count < 0) {
      index += static_cast<std::uint64_t>(-count);
      continue;
    }
    const std::uint64_t doublings = index < 2 * kLogHalf ? 0 : index / kLogHalf - 1;
    const std::uint64_t lowest = (index - doublings * kLogHalf) << (doublings + kLogUnitBits);
    histogram.record(static_cast<std::int64_t>(lowest), static_cast<std::uint64_t>(count));
    ++index;
  }
  return histogram;
}

struct LoggedInterval {
  double begin;
  Histogram histogram;
};

std::vector<LoggedInterval> read_log() {
  std::ifstream file(GNOMON_SOURCE_DIR "/tests/reports/stats/data/jHiccup-2.0.7S.logV2.hlog");
  EXPECT_TRUE(file.is_open());
  std::vector<LoggedInterval> intervals;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#') || line.starts_with('"')) continue;
    std::istringstream fields(line);
    std::string begin;
    std::string length;
    std::string greatest;
    std::string histogram;
    std::getline(fields, begin, ',');
    std::getline(fields, length, ',');
    std::getline(fields, greatest, ',');
    std::getline(fields, histogram);
    intervals.push_back({std::stod(begin), decode(histogram)});
  }
  return intervals;
}

// The expected figures are those of the reference implementation's own test of this file.
TEST(Histogram, AgreesWithHdrHistogramOnItsOwnLog) {
  struct Expected {
    double from, to;
    std::size_t intervals;
    std::uint64_t count;
    std::int64_t p999, max;
  };
  const std::vector<LoggedInterval> log = read_log();
  for (const Expected& expected : {Expected{0, 1e9, 62, 48761, 1745879039, 1796210687},
                                   Expected{5, 20, 15, 11664, 1536163839, 1544552447},
                                   Expected{40, 60, 20, 15830, 1779433471, 1796210687}}) {
    Histogram sum;
    std::size_t intervals = 0;
    for (const LoggedInterval& interval : log) {
      if (interval.begin < expected.from || interval.begin >= expected.to) continue;
      sum.merge(interval.histogram);
      ++intervals;
    }
    EXPECT_EQ(intervals, expected.intervals);
    EXPECT_EQ(sum.count(), expected.count);
    EXPECT_EQ(sum.percentile(99.9), expected.p999);
    std::int64_t highest_step = 0;
    sum.for_each(
        [&](std::int64_t, std::int64_t highest, std::uint64_t) { highest_step = highest; });
    EXPECT_EQ(highest_step, expected.max);
  }
}

}  // namespace
}  // namespace gnomon::reports
