#include "scenarios/language/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/language/csv.h"

namespace gnomon::scenarios {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = TraceFormat::Kind;

std::vector<Duration> offsets(std::string_view csv, const TraceFormat& format) {
  return read_trace(csv, format).value().offsets;
}

TEST(Csv, TakesQuotesAndBothEndsOfLines) {
  const Csv csv =
      Csv::read("\xEF\xBB\xBFname,\"a,b\"\r\n\"say \"\"hi\"\"\",1\r\n\n\"two\nlines\",2").value();
  EXPECT_THAT(csv.columns(), ElementsAre("name", "a,b"));
  ASSERT_EQ(csv.row_count(), 2u);
  EXPECT_EQ(csv.cell(0, 0), "say \"hi\"");
  EXPECT_EQ(csv.cell(1, 0), "two\nlines");
  EXPECT_THAT(csv.numbers("a,b").value(), ElementsAre(1, 2));
}

TEST(Csv, SaysWhatIsWrong) {
  EXPECT_EQ(Csv::read("").error().message, "the table is empty");
  EXPECT_EQ(Csv::read("a,b\n1\n").error().message, ":2:1: expected 2 cells, found 1");
  EXPECT_EQ(Csv::read("a\n\"x\n").error().message, ":2:1: a quote is not closed");
  EXPECT_EQ(Csv::read("a\n\"x\"y\n").error().message, ":2:4: there is text after a closing quote");
  const Csv csv = Csv::read("duration,x\n1,2\nlong,3\n").value();
  EXPECT_EQ(csv.find("duratoin").error().message,
            ":1: there is no column 'duratoin' (did you mean 'duration'?)");
  EXPECT_EQ(csv.numbers("duration").error().message,
            ":3:1: expected a number in column 'duration', found 'long'");
}

TEST(Csv, TellsTheMistakesOfManyRowsAtOnce) {
  EXPECT_EQ(in_file("j.csv", Csv::read("a,b\n1\n1,2\n1,2,3\n").error().message),
            "j.csv:2:1: expected 2 cells, found 1\nj.csv:4:1: expected 2 cells, found 3");
  std::string text = "t,gpus\n";
  for (int i = 0; i < 25; ++i) text += "1,many\n";
  text += "2,8\n";
  TraceFormat format{Kind::kSeconds, "t", {}, 1};
  format.columns = {{"gpus", TraceFormat::Column::kNumber}};
  for (const std::string& message : {Csv::read(text).value().numbers("gpus").error().message,
                                     read_trace(text, format).error().message}) {
    EXPECT_THAT(message, testing::StartsWith(":2:3: expected a number in column 'gpus', found "
                                             "'many'\n:3:3: expected a number"));
    EXPECT_THAT(message, testing::EndsWith("\n:21:3: expected a number in column 'gpus', found "
                                           "'many'\nand 5 more"));
  }
}

TEST(Trace, TakesOffsetsAsTheyAre) {
  EXPECT_THAT(offsets("t\n0.5\n2\n", {Kind::kSeconds, "t", {}, 1}), ElementsAre(500ms, 2s));
  EXPECT_THAT(offsets("t\n1500\n", {Kind::kMilliseconds, "t", {}, 2}), ElementsAre(3s));
}

TEST(Trace, CountsFromTheEarliestTime) {
  EXPECT_THAT(offsets("at\n2023-11-16 18:17:04.5\n2023-11-16T18:17:03Z\n",
                      {Kind::kIso8601, "at", {}, 1, {}, "", true}),
              ElementsAre(0s, 1500ms));
  EXPECT_THAT(offsets("at\n1700000003\n1700000001\n", {Kind::kEpoch, "at", {}, 0.5, {}, "", true}),
              ElementsAre(0s, 1s));
}

TEST(Trace, SpreadsCountsOverTheirMinute) {
  const char* csv = "fn,trigger,480,481\nf,timer,1,0\ng,http,1,2\n";
  EXPECT_THAT(offsets(csv, {Kind::kPerMinute, "", {}, 1}), ElementsAre(15s, 45s, 75s, 105s));
  EXPECT_THAT(offsets(csv, {Kind::kPerMinute, "", {{"trigger", "http"}}, 1}),
              ElementsAre(30s, 75s, 105s));
}

TEST(Trace, ChoosesRowsButKeepsTheStartOfAll) {
  const char* csv =
      "at,gpus\n2017-11-06 00:00:10,1\n2017-11-06 00:00:20,8\n2017-11-06 00:00:30,8\n";
  EXPECT_THAT(offsets(csv, {Kind::kIso8601, "at", {{"gpus", "8"}}, 1}), ElementsAre(10s, 20s));
  EXPECT_THAT(offsets(csv, {Kind::kIso8601, "at", {{"gpus", "2"}}, 1}), ElementsAre());
  EXPECT_EQ(read_trace(csv, {Kind::kIso8601, "at", {{"gpu", "8"}}, 1}).error().message,
            ":1: there is no column 'gpu' (did you mean 'gpus'?)");
}

TEST(Trace, SaysWhatIsWrong) {
  const auto error = [](std::string_view csv, const TraceFormat& format) {
    return read_trace(csv, format).error().message;
  };
  EXPECT_THAT(error("t\n-1\n", {Kind::kSeconds, "t", {}, 1}), HasSubstr("negative"));
  EXPECT_THAT(error("t\nx\n", {Kind::kIso8601, "t", {}, 1}),
              HasSubstr(":2:1: expected a time in column 't', found 'x'"));
  EXPECT_THAT(error("t\n1e30\n", {Kind::kSeconds, "t", {}, 1}), HasSubstr("more than 200 years"));
  EXPECT_THAT(error("a,b\nx,y\n", {Kind::kPerMinute, "", {}, 1}), HasSubstr("no column is named"));
  EXPECT_THAT(error("1,2\n3,x\n", {Kind::kPerMinute, "", {}, 1}),
              HasSubstr(":2:3: expected a count in column '2', found 'x'"));
  EXPECT_THAT(error("1,2\n3,99999999\n", {Kind::kPerMinute, "", {}, 1}),
              HasSubstr("expected a count"));
}

constexpr const char* kJobs =
    "at,hours,gpus,team\n"
    "0,1.50,8,vision\n"
    "10,2,1,\"speech \"\"two\"\"\"\n";

TraceFormat format_of_jobs() {
  TraceFormat format{Kind::kSeconds, "at", {}, 1};
  format.columns = {{"gpus", TraceFormat::Column::kNumber}, {"team", TraceFormat::Column::kText}};
  format.tenant = "team";
  return format;
}

TEST(Trace, BringsWhatWasRecordedOfEachArrival) {
  const sim::TraceArrivals arrivals = read_trace(kJobs, format_of_jobs()).value();
  EXPECT_THAT(arrivals.offsets, ElementsAre(0s, 10s));
  EXPECT_THAT(arrivals.tenants, ElementsAre("vision", "speech \"two\""));
  ASSERT_EQ(arrivals.rows.size(), 2u);
  EXPECT_EQ(arrivals.rows[0].json(), R"({"gpus":8,"team":"vision"})");
  EXPECT_EQ(arrivals.rows[1].json(), R"({"gpus":1,"team":"speech \"two\""})");
}

TEST(Trace, BringsItInTheOrderOfTimes) {
  TraceFormat format = format_of_jobs();
  format.sort = true;
  format.rows = {{"gpus", "1"}};
  const sim::TraceArrivals arrivals =
      read_trace("at,gpus,team\n9,1,c\n3,8,b\n3,1,b\n1,1,a\n", format).value();
  EXPECT_THAT(arrivals.offsets, ElementsAre(1s, 3s, 9s));
  EXPECT_THAT(arrivals.tenants, ElementsAre("a", "b", "c"));
}

TEST(Trace, SaysWhereARowHasAGapOrIsOutOfOrder) {
  const auto error = [](const std::string& rows) {
    return in_file("jobs.csv",
                   read_trace("at,gpus,team\n" + rows, format_of_jobs()).error().message);
  };
  EXPECT_EQ(error("0,1,a\n5,,a\n"), "jobs.csv:3:3: expected a number in column 'gpus', found ''");
  EXPECT_EQ(error("0,1,a\n\n5,1,\n"), "jobs.csv:4:5: there is no tenant");
  EXPECT_EQ(error("0,1,a\n,1,a\n"), "jobs.csv:3:1: expected a number in column 'at', found ''");
  EXPECT_EQ(error("7,1,a\n5,1,a\n"),
            "jobs.csv:3:1: this time is before that of the row above; 'sort: true' takes rows in "
            "the order of their times");
  EXPECT_EQ(error("0,1,\"a\nb\"\n1,x,c\n"),
            "jobs.csv:4:3: expected a number in column 'gpus', found 'x'");
}

}  // namespace
}  // namespace gnomon::scenarios
