// Measures what `gnomon check` finds: switches on one planted bug after the other and counts the
// seeds until an oracle complains. See README.md.

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/tzdata/zones.h"
#include "scenarios/checker/campaign.h"
#include "scenarios/language/file_reader.h"
#include "scenarios/language/scenario.h"
#include "tests/planted/planted.h"

namespace gnomon::planted {
namespace {

struct Bug {
  std::string_view name;
  std::string_view area;
  std::string_view like;   ///< what was published of another system; "": nothing
  std::string_view where;  ///< the link
};
constexpr Bug kBugs[] = {
#include "bugs.inc"
};

struct Arguments {
  std::string scenario;
  std::string only;
  std::uint64_t seeds = 1000;
  std::uint64_t first_seed = 1;
  std::size_t jobs = 2;
  double require = 0;
  bool markdown = false;
};

struct Found {
  std::uint64_t seeds = 0;  ///< until it was found, that one included
  std::string by;
};

Expected<std::optional<Found>> look_for(const scenarios::Scenario& scenario, int number,
                                        const Arguments& arguments) {
  active = number;
  scenarios::CampaignOptions options;
  options.first_seed = arguments.first_seed;
  options.seeds = arguments.seeds;
  options.jobs = arguments.jobs;
  options.twice = false;
  options.shrink_budget = std::chrono::seconds{0};
  options.limits = {.cpu = std::chrono::seconds{20}};
  auto report = scenarios::check(scenario, arguments.scenario, {}, {}, options);
  active = 0;
  if (!report) return std::unexpected(report.error());
  if (report->findings.empty()) return std::nullopt;
  const scenarios::TrialResult& result = report->findings.front().result;
  const std::string by =
      result.verdict == scenarios::Verdict::kCrash ? std::string{"crash"} : result.oracle;
  return Found{result.seed - arguments.first_seed + 1, by};
}

/// The share of the bugs that were found within so many seeds.
double share(const std::vector<std::optional<Found>>& all, std::uint64_t seeds) {
  const auto found = std::ranges::count_if(
      all, [&](const std::optional<Found>& each) { return each && each->seeds <= seeds; });
  return all.empty() ? 0 : static_cast<double>(found) / static_cast<double>(all.size());
}

int run(const Arguments& arguments) {
  const scenarios::DiskFiles files;
  const auto scenario =
      scenarios::load_scenario(arguments.scenario, {}, files, adapters::find_zone);
  if (!scenario) {
    fmt::print(stderr, "{}", scenario.error().to_string());
    return 2;
  }
  std::vector<std::optional<Found>> all;
  std::vector<std::optional<Found>> published;
  if (arguments.markdown) fmt::print("| bug | area | seeds | found by |\n|---|---|---|---|\n");
  for (std::size_t i = 0; i < std::size(kBugs); ++i) {
    const Bug& bug = kBugs[i];
    if (bug.name.find(arguments.only) == std::string_view::npos) continue;
    const auto found = look_for(*scenario, static_cast<int>(i) + 1, arguments);
    if (!found) {
      fmt::print(stderr, "{}\n", found.error().message);
      return 2;
    }
    all.push_back(*found);
    if (!bug.like.empty()) published.push_back(*found);
    const std::string seeds =
        *found ? fmt::format("{}", (*found)->seeds) : fmt::format("> {}", arguments.seeds);
    const std::string by = *found ? (*found)->by : "";
    if (!arguments.markdown) {
      fmt::print("{:<42} {:<14} {:>8}  {}\n", bug.name, bug.area, seeds, by);
    } else if (bug.like.empty()) {
      fmt::print("| {} | {} | {} | {} |\n", bug.name, bug.area, seeds, by);
    } else {
      fmt::print("| {} ([{}]({})) | {} | {} | {} |\n", bug.name, bug.like, bug.where, bug.area,
                 seeds, by);
    }
    std::fflush(stdout);
  }
  if (all.empty()) {
    fmt::print(stderr, "there is no planted bug whose name holds '{}'\n", arguments.only);
    return 2;
  }
  fmt::print("\n{} bugs: {:.0f} % found in 10 seeds, {:.0f} % in 100, {:.0f} % in {}\n", all.size(),
             100 * share(all, 10), 100 * share(all, 100), 100 * share(all, arguments.seeds),
             arguments.seeds);
  fmt::print("{} of them planted after one that was published, {} of those found\n",
             published.size(),
             std::ranges::count_if(published, [](const auto& each) { return each.has_value(); }));
  return 100 * share(all, arguments.seeds) < arguments.require ? 1 : 0;
}

}  // namespace
}  // namespace gnomon::planted

int main(int argc, char** argv) {
  CLI::App app{"Counts the seeds that `gnomon check` needs to find each planted bug"};
  gnomon::planted::Arguments arguments;
  app.add_option("SCENARIO", arguments.scenario, "What is run")->required();
  app.add_option("--only", arguments.only, "Only bugs whose name holds this text");
  app.add_option("--seeds", arguments.seeds, "At most, for each bug")->capture_default_str();
  app.add_option("--first-seed", arguments.first_seed, "Where to begin")->capture_default_str();
  app.add_option("-j,--jobs", arguments.jobs, "Processes")->capture_default_str();
  app.add_option("--require", arguments.require, "Per cent that must be found, or it fails")
      ->capture_default_str();
  app.add_flag("--markdown", arguments.markdown, "Print a table for a page");
  CLI11_PARSE(app, argc, argv);
  return gnomon::planted::run(arguments);
}
