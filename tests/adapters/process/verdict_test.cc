#include "adapters/process/verdict.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <string>

#include "adapters/process/process_settings.h"
#include "engine/expressions/json.h"

namespace gnomon::adapters {
namespace {

CapturedOutput text(std::string_view bytes, std::size_t bytes_max = 1 << 16) {
  CapturedOutput output(bytes_max);
  output.append(bytes);
  return output;
}

Verdict judge_exit(int code, std::string_view output = "", std::string_view errors = "") {
  return judge({.killed = false, .number = code}, text(output), text(errors),
               ProcessSettings{}.exit_codes);
}

TEST(Verdict, ExitCodeZeroIsASuccessWithBothStreams) {
  const Verdict verdict = judge_exit(0, "hello\n", "a \"warning\"\n");
  EXPECT_EQ(verdict.outcome, Outcome::kSucceeded);
  EXPECT_EQ(verdict.error, ErrorClass::kNone);
  EXPECT_EQ(verdict.result.text(),
            R"({"exit_code":0,"stderr":"a \"warning\"\n","stdout":"hello\n"})");
}

TEST(Verdict, StdoutThatIsOneJsonValueIsTheOutputToo) {
  EXPECT_EQ(judge_exit(0, " {\"b\":1, \"a\":[null]}\n").result.text(),
            R"({"exit_code":0,"output":{"a":[null],"b":1},"stderr":"",)"
            R"("stdout":" {\"b\":1, \"a\":[null]}\n"})");
  EXPECT_EQ(judge_exit(0, "null").result.text(),
            R"({"exit_code":0,"output":null,"stderr":"","stdout":"null"})");
  for (const char* none : {"", "{} {}", "{\"a\":", "hello"}) {
    EXPECT_EQ(judge_exit(0, none).result.text().find("output\":"), std::string::npos) << none;
  }
}

TEST(Verdict, StdoutOfWhichAPartIsMissingIsNoOutput) {
  // Cut in its middle, this would read as JSON all the same.
  const Verdict verdict = judge({}, text(std::string(1'000, ' '), 100), text("12345", 4), {});
  EXPECT_TRUE(canonical_json(verdict.result.text()));
  EXPECT_EQ(verdict.result.text().find("\"output\""), std::string::npos);
  EXPECT_NE(verdict.result.text().find("\"stdout_dropped_bytes\":900"), std::string::npos);
  EXPECT_NE(verdict.result.text().find("\"stderr_dropped_bytes\":1"), std::string::npos);
}

TEST(Verdict, AResultIsJsonWithinItsBoundWhateverTheBytes) {
  constexpr std::size_t kMost = ProcessSettings::kMaxOutputBytes;
  for (const char byte : {'\x01', '\x7f', '\xff', '"', 'a', '\0'}) {
    const std::string bytes(kMost, byte);
    const Verdict verdict = judge({}, text(bytes, kMost), text(bytes, kMost), {});
    const auto json = canonical_json(verdict.result.text());
    ASSERT_TRUE(json) << static_cast<int>(byte) << ": " << json.error().message;
  }
  // One string, long by its escapes: as stdout, as the output, and on stderr it would be too much.
  const std::string value = "\"" + std::string(kMost - 2, '\x7f') + "\"";
  const Verdict verdict = judge({}, text(value, kMost), text(value, kMost), {});
  EXPECT_TRUE(canonical_json(verdict.result.text()));
}

TEST(Verdict, ExitCodesSayTheClassOfAFailure) {
  EXPECT_EQ(judge_exit(1).error, ErrorClass::kPermanent);
  EXPECT_EQ(judge_exit(75).error, ErrorClass::kTransient);
  EXPECT_EQ(judge_exit(126).error, ErrorClass::kPermanent);
  EXPECT_EQ(judge_exit(127).error, ErrorClass::kPermanent);
  EXPECT_EQ(judge_exit(128).error, ErrorClass::kPermanent);
  EXPECT_EQ(judge_exit(137).error, ErrorClass::kLost);  // a shell's word for SIGKILL
  EXPECT_EQ(judge_exit(255).error, ErrorClass::kPermanent);
  EXPECT_EQ(judge_exit(1).outcome, Outcome::kFailed);
}

TEST(Verdict, AKilledProcessIsLost) {
  for (const int signal : {SIGKILL, SIGTERM, SIGSEGV, SIGABRT}) {
    const Verdict verdict = judge({.killed = true, .number = signal}, text(""), text(""), {});
    EXPECT_EQ(verdict.outcome, Outcome::kFailed);
    EXPECT_EQ(verdict.error, ErrorClass::kLost);
  }
  EXPECT_EQ(judge({.killed = true, .number = 0}, text(""), text(""), {}).error, ErrorClass::kLost);
}

TEST(Verdict, SettingsSayWhatCodesAndSignalsMean) {
  const std::map<int, ErrorClass> codes = {{3, ErrorClass::kTransient},
                                           {128 + SIGSEGV, ErrorClass::kPermanent}};
  EXPECT_EQ(judge({false, 3}, text(""), text(""), codes).error, ErrorClass::kTransient);
  EXPECT_EQ(judge({false, 75}, text(""), text(""), codes).error, ErrorClass::kPermanent);
  EXPECT_EQ(judge({true, SIGSEGV}, text(""), text(""), codes).error, ErrorClass::kPermanent);
}

TEST(Verdict, AFailureTellsTheCodeAndTheLastLinesOfStderr) {
  EXPECT_EQ(judge_exit(3, "out").result.text(), "exit code 3");
  EXPECT_EQ(judge_exit(3, "", "first\nsecond\n").result.text(),
            "exit code 3; stderr ends with:\nfirst\nsecond");
  EXPECT_EQ(judge({true, SIGSEGV}, text(""), text(""), {}).result.text(), "killed by SIGSEGV");
  EXPECT_EQ(judge({true, 40}, text(""), text(""), {}).result.text(), "killed by signal 40");
  std::string lines;
  for (int i = 0; i < 100; ++i) lines += "line " + std::to_string(i) + "\n";
  const Verdict verdict = judge_exit(3, "", lines);
  EXPECT_NE(verdict.result.text().find("line 99"), std::string::npos);
  EXPECT_EQ(verdict.result.text().find("line 89\n"), std::string::npos);
}

TEST(Verdict, AReasonIsTextWhateverTheBytes) {
  const Payload reason = reason_of("exit code 3", text(std::string("a\xff\0b", 4)));
  EXPECT_EQ(reason.text(), "exit code 3; stderr ends with:\na\xef\xbf\xbd b");
}

}  // namespace
}  // namespace gnomon::adapters
