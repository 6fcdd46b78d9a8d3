// Vectors taken from the tests of robfig/cron (MIT): a few that are kept here, and all of them
// where the data lies.

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <map>

#include "engine/timers/recurrence.h"
#include "tests/engine/timers/zones.h"

namespace gnomon {
namespace {

using Row = std::vector<std::string>;

Row split_csv(const std::string& line) {
  Row row(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      row.emplace_back();
    } else if (c != '\r') {
      row.back() += c;
    }
  }
  return row;
}

/// The rows of a file without its heading; none if the file is not there.
std::vector<Row> read_csv(const std::string& path) {
  std::ifstream file(path);
  std::vector<Row> rows;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) rows.push_back(split_csv(line));
  return rows;
}

std::string beside_the_source(const std::string& name) {
  return std::string(GNOMON_SOURCE_DIR) + "/tests/engine/timers/" + name;
}
std::string in_the_data(const std::string& name) {
  return std::string(GNOMON_SOURCE_DIR) + "/../shared/data/conformance/" + name;
}

/// Takes "TZ=zone " or "CRON_TZ=zone " from the front.
Zone take_zone(std::string& text) {
  const std::size_t equals = text.find("TZ=");
  if (equals == std::string::npos) return {};
  const std::size_t space = text.find(' ');
  const std::string name = text.substr(equals + 3, space - equals - 3);
  text.erase(0, space + 1);
  if (name == "America/New_York") return new_york();
  if (name == "America/Sao_Paulo") return sao_paulo();
  ADD_FAILURE() << "a vector of zone " << name;
  return {};
}

/// "Mon Jul 9 14:45:10 2012" in UTC, or "2012-03-11T00:00:00-0500".
Instant read_time(std::string text) {
  take_zone(text);
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offset = 0;
  char name[4] = {};
  if (std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%d%d", &year, &month, &day, &hour, &minute, &second,
                  &offset) != 7) {
    offset = 0;
    if (std::sscanf(text.c_str(), "%*s %3s %d %d:%d:%d %d", name, &day, &hour, &minute, &second,
                    &year) != 6) {
      second = 0;
      EXPECT_EQ(std::sscanf(text.c_str(), "%*s %3s %d %d:%d %d", name, &day, &hour, &minute, &year),
                5)
          << text;
    }
    const std::string months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    month = static_cast<int>(months.find(name) / 3) + 1;
  }
  const auto date = std::chrono::year(year) / month / day;
  return utc(date, std::chrono::hours(hour - offset / 100) +
                       std::chrono::minutes(minute - offset % 100) + std::chrono::seconds(second));
}

void check_next(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    ASSERT_EQ(row.size(), 3U);
    std::string after = row[0];
    std::string spec = row[1];
    const bool zone_at_time = after.starts_with("TZ=");
    const Zone zone = zone_at_time ? take_zone(after) : take_zone(spec);
    const auto recurrence = Recurrence::cron(spec, zone);
    if (row[2].empty()) {
      EXPECT_FALSE(recurrence.has_value()) << "never comes, and is not refused: " << spec;
      continue;
    }
    ASSERT_TRUE(recurrence.has_value()) << spec << ": " << recurrence.error().message;
    EXPECT_EQ(to_ns(recurrence->next_after(read_time(after))), to_ns(read_time(row[2])))
        << row[0] << " | " << row[1];
  }
}

void check_activation(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    ASSERT_EQ(row.size(), 3U);
    const auto recurrence = Recurrence::cron(row[1], Zone());
    ASSERT_TRUE(recurrence.has_value()) << row[1] << ": " << recurrence.error().message;
    const Instant at = read_time(row[0]);
    EXPECT_EQ(recurrence->next_after(at - 1s) == at, row[2] == "true") << row[0] << " | " << row[1];
  }
}

TEST(CronVectors, HoldForTheSample) {
  const std::vector<Row> rows = read_csv(beside_the_source("cron-sample.csv"));
  ASSERT_GE(rows.size(), 8U);
  check_next(rows);
}

TEST(CronVectors, GiveTheNextActivation) {
  const std::vector<Row> rows = read_csv(in_the_data("cron-next.csv"));
  if (rows.empty()) GTEST_SKIP() << "no conformance data beside the project";
  check_next(rows);
}

TEST(CronVectors, SayWhetherAMinuteActivates) {
  const std::vector<Row> rows = read_csv(in_the_data("cron-activation.csv"));
  if (rows.empty()) GTEST_SKIP() << "no conformance data beside the project";
  check_activation(rows);
}

TEST(CronVectors, AreRefusedWhenInvalid) {
  const std::vector<Row> rows = read_csv(in_the_data("cron-invalid.csv"));
  if (rows.empty()) GTEST_SKIP() << "no conformance data beside the project";
  for (const Row& row : rows) EXPECT_FALSE(CronSchedule::parse(row[0]).has_value()) << row[0];
}

}  // namespace
}  // namespace gnomon
