#include "scenarios/checker/junit.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/text/escape.h"

namespace gnomon::scenarios {
using reports::escape_xml;

std::string to_junit(const std::string& scenario, std::vector<TrialResult> results,
                     const std::function<std::string(std::uint64_t seed)>& replay) {
  std::ranges::sort(results, {}, &TrialResult::seed);
  double seconds = 0;
  for (const TrialResult& result : results) seconds += result.seconds;
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites><testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" "
      "time=\"{:.3f}\">\n",
      escape_xml(scenario), results.size(),
      std::ranges::count_if(
          results, [](const TrialResult& each) { return each.verdict != Verdict::kPassed; }),
      seconds);
  for (const TrialResult& result : results) {
    text += fmt::format("  <testcase classname=\"{}\" name=\"seed {}\" time=\"{:.3f}\"",
                        escape_xml(scenario), result.seed, result.seconds);
    if (result.verdict == Verdict::kPassed) {
      text += "/>\n";
      continue;
    }
    text += fmt::format("><failure type=\"{}\" message=\"{}\">{}\n{}</failure></testcase>\n",
                        to_string(result.verdict), escape_xml(result.oracle),
                        escape_xml(result.what), escape_xml(replay(result.seed)));
  }
  return text + "</testsuite></testsuites>\n";
}

}  // namespace gnomon::scenarios
