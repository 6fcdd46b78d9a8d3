#include "scenarios/cli/check_output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "reports/text/escape.h"
#include "reports/text/json_writer.h"
#include "reports/text/units.h"
#include "scenarios/cli/command.h"

namespace gnomon::cli {
namespace {

std::string line_of(const scenarios::TrialResult& result) {
  std::string line =
      fmt::format("{:>4} [{:>7.3f}s] seed {:<8} {} of {} faults struck, {} events\n",
                  result.verdict == scenarios::Verdict::kPassed ? "PASS" : "FAIL", result.seconds,
                  result.seed, reports::human_count(result.faults_struck), result.faults_drawn,
                  reports::human_count(result.events));
  if (result.verdict != scenarios::Verdict::kPassed) {
    line += fmt::format("     {} ({}): {}\n", to_string(result.verdict), result.oracle,
                        reports::clean(result.what));
  }
  return line;
}

}  // namespace

CheckOutput::CheckOutput(std::string scenario, const scenarios::CampaignOptions& options,
                         bool verbose)
    : scenario_(std::move(scenario)),
      options_(options),
      verbose_(verbose),
      terminal_(isatty(STDERR_FILENO) != 0),
      began_(std::chrono::steady_clock::now()) {}

void CheckOutput::tell(const scenarios::TrialResult& result) {
  ++done_;
  events_ += result.events;
  if (verbose_ || result.verdict != scenarios::Verdict::kPassed) {
    clear();
    fmt::print(stderr, "{}", line_of(result));
  }
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || now < next_) return;
  next_ = now + std::chrono::milliseconds(200);
  const double seconds = std::chrono::duration<double>(now - began_).count();
  fmt::print(stderr, "\r\x1b[K{} of {} seeds   {} events   {:.1f} seeds/s",
             reports::human_count(done_), reports::human_count(options_.seeds),
             reports::human_count(events_), static_cast<double>(done_) / std::max(seconds, 1e-3));
  std::fflush(stderr);
  shown_ = true;
}

void CheckOutput::clear() {
  if (std::exchange(shown_, false)) fmt::print(stderr, "\r\x1b[K");
}

std::string CheckOutput::text(const scenarios::CampaignReport& report,
                              const std::vector<std::string>& cases) const {
  std::string text = fmt::format(
      "{}: {} seeds, {} failed; {} events, {} faults struck; {:.1f} s, {} times real time\n",
      scenario_, reports::human_count(report.done), report.failed,
      reports::human_count(report.events), reports::human_count(report.struck), report.seconds,
      reports::human_count(
          static_cast<std::uint64_t>(report.simulated_seconds / std::max(report.seconds, 1e-3))));
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    const scenarios::Finding& finding = report.findings[i];
    text += fmt::format("\n  seed {}: {}\n    shrunk from {} faults to {} in {} tries:\n",
                        finding.result.seed, reports::clean(finding.smallest.found),
                        finding.result.faults_drawn, finding.smallest.faults.size(), finding.tries);
    for (const std::string& fault : finding.smallest.faults)
      text += fmt::format("      {}\n", fault);
    text += fmt::format("    gnomon replay {}\n", cases[i]);
  }
  if (report.out_of_time) text += "  the time budget was used up\n";
  if (report.interrupted) text += "  interrupted\n";
  if (report.failed == 0 && report.done > 0) text += what_it_means(report.done);
  if (report.done > 0 && report.struck == 0)
    text += "  no fault has struck: this says little of what happens when something goes wrong\n";
  return text;
}

std::string what_it_means(std::uint64_t seeds) {
  // The rule of three.
  return fmt::format(
      "  nothing broke: with 95 % confidence fewer than {} of such seeds would break anything\n",
      reports::human_share(std::min(1.0, 3.0 / static_cast<double>(seeds))));
}

std::string CheckOutput::json(const scenarios::CampaignReport& report,
                              const std::vector<std::string>& cases) const {
  reports::JsonWriter json(2);
  json.begin_object()
      .member("format", "gnomon.check/1")
      .member("scenario", scenario_)
      .member("verdict", to_string(report.verdict()))
      .member("seeds", report.done)
      .member("failed", report.failed)
      .member("events", report.events)
      .member("faults_struck", report.struck)
      .member("seconds", report.seconds)
      .member("simulated_seconds", report.simulated_seconds)
      .member("interrupted", report.interrupted);
  json.key("findings").begin_array();
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    const scenarios::Finding& finding = report.findings[i];
    json.begin_object()
        .member("seed", finding.result.seed)
        .member("verdict", to_string(finding.result.verdict))
        .member("oracle", finding.result.oracle)
        .member("what", finding.result.what)
        .member("event", finding.result.event)
        .member("digest", finding.result.digest)
        .member("case", cases[i])
        .member("replay", fmt::format("gnomon replay {}", cases[i]));
    json.key("faults").begin_array();
    for (const std::string& fault : finding.smallest.faults) json.value(fault);
    json.end_array().end_object();
  }
  json.end_array().end_object();
  return json.take() + '\n';
}

void leave_as(scenarios::Verdict verdict) {
  switch (verdict) {
    case scenarios::Verdict::kPassed:
      return;
    case scenarios::Verdict::kSafety:
      leave(kUnsafe);
    case scenarios::Verdict::kLiveness:
      leave(kNotLive);
    case scenarios::Verdict::kDeterminism:
      leave(kNotDeterministic);
    case scenarios::Verdict::kCrash:
      leave(kCrashed);
  }
}

}  // namespace gnomon::cli
