#include "scenarios/checker/junit.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/text/escape.h"

namespace gnomon::scenarios {
namespace {

using reports::escape_xml;

std::string replay_line(std::uint64_t seed, const CampaignReport& report,
                        const std::vector<std::string>& cases) {
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    if (report.findings[i].result.seed == seed) return fmt::format("gnomon replay {}", cases[i]);
  }
  return {};
}

}  // namespace

std::string to_junit(const std::string& scenario, std::vector<TrialResult> results,
                     const CampaignReport& report, const std::vector<std::string>& cases) {
  std::ranges::sort(results, {}, &TrialResult::seed);
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites><testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" "
      "time=\"{:.3f}\">\n",
      escape_xml(scenario), report.done, report.failed, report.seconds);
  for (const TrialResult& result : results) {
    text += fmt::format("  <testcase classname=\"{}\" name=\"seed {}\" time=\"{:.3f}\"",
                        escape_xml(scenario), result.seed, result.seconds);
    if (result.verdict == Verdict::kPassed) {
      text += "/>\n";
      continue;
    }
    text +=
        fmt::format("><failure type=\"{}\" message=\"{}\">{}\n{}</failure></testcase>\n",
                    to_string(result.verdict), escape_xml(result.oracle), escape_xml(result.what),
                    escape_xml(replay_line(result.seed, report, cases)));
  }
  return text + "</testsuite></testsuites>\n";
}

}  // namespace gnomon::scenarios
