#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <thread>

#include "engine/base/digest.h"
#include "reports/text/units.h"
#include "scenarios/checker/campaign.h"
#include "scenarios/checker/junit.h"
#include "scenarios/checker/results_file.h"
#include "scenarios/cli/check_output.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/interrupt.h"
#include "scenarios/cli/scenario_input.h"
#include "scenarios/language/load.h"
#include "scenarios/language/overrides.h"
#include "scenarios/language/units.h"
#include "scenarios/runner/version.h"

namespace gnomon::cli {
namespace {

struct CheckArguments {
  ScenarioInput input;
  std::string first_seed = "1";
  std::uint64_t seeds = 100;
  std::size_t jobs = std::max(1U, std::thread::hardware_concurrency());
  std::string shard;
  std::string time_budget;
  std::string junit;
  std::string resume;
  std::string case_file;
  std::size_t most_failures = 1;
  bool once = false;
  bool no_swarm = false;
  bool verbose = false;
  bool json = false;
};

/// The faults that the scenario itself holds, as they are written: a case keeps them.
std::vector<std::string> own_faults(const ScenarioInput& input) {
  scenarios::Diagnostics diagnostics;
  auto tree = scenarios::read_with_includes(input.path, scenarios::DiskFiles{}, diagnostics);
  if (tree) scenarios::apply_overrides(*tree, input.overrides, diagnostics);
  std::vector<std::string> faults;
  const scenarios::Value* list = tree ? tree->find("faults") : nullptr;
  if (list == nullptr) return faults;
  for (const scenarios::Value& fault : list->items) faults.push_back(scenarios::to_json(fault));
  return faults;
}

/// "3/16".
void set_shard(const std::string& text, scenarios::CampaignOptions& options) {
  if (text.empty()) return;
  const std::size_t slash = text.find('/');
  const auto shard = parse_seed(text.substr(0, slash));
  const auto shards =
      slash == std::string::npos ? std::nullopt : parse_seed(text.substr(slash + 1));
  if (!shard || !shards || *shard < 1 || *shard > *shards)
    stop(kUsage, fmt::format("--shard wants a part of the whole, such as 3/16, not '{}'", text));
  options.shard = *shard;
  options.shards = *shards;
}

scenarios::CampaignOptions options_of(const CheckArguments& arguments) {
  scenarios::CampaignOptions options;
  const auto seed = parse_seed(arguments.first_seed);
  if (!seed) {
    stop(kUsage, fmt::format("--seed wants a whole number from 0 to 2^64-1, not '{}'",
                             arguments.first_seed));
  }
  options.first_seed = *seed;
  options.seeds = arguments.seeds;
  options.jobs = arguments.jobs;
  options.twice = !arguments.once;
  options.swarm = !arguments.no_swarm;
  options.most_failures = arguments.most_failures;
  options.interrupted = &watch_for_interrupts();
  set_shard(arguments.shard, options);
  if (!arguments.time_budget.empty()) {
    const auto budget = scenarios::parse_duration(arguments.time_budget);
    if (!budget) stop(kUsage, fmt::format("--time-budget: {}", budget.error().message));
    options.time_budget = std::chrono::ceil<std::chrono::seconds>(*budget);
  }
  return options;
}

/// What a campaign is of: the whole text, wherever it is included from.
scenarios::CampaignFacts facts_of(const CheckArguments& arguments) {
  scenarios::Diagnostics diagnostics;
  const auto tree =
      scenarios::read_with_includes(arguments.input.path, scenarios::DiskFiles{}, diagnostics);
  Digest digest;
  if (tree) digest.add(scenarios::to_json(*tree));
  for (const std::string& each : arguments.input.overrides) digest.add(each);
  return {.gnomon = std::string{scenarios::kVersion},
          .scenario = arguments.input.path,
          .digest = digest.to_string(),
          .overrides = arguments.input.overrides,
          .swarm = !arguments.no_swarm};
}

void execute(const CheckArguments& arguments) {
  const scenarios::Scenario scenario = arguments.input.load();
  scenarios::CampaignOptions options = options_of(arguments);
  keep_input(arguments.input.path, arguments.case_file);
  keep_input(arguments.input.path, arguments.junit);
  const scenarios::CampaignFacts facts = facts_of(arguments);
  CheckOutput output(arguments.input.path, options, arguments.verbose);
  std::vector<scenarios::TrialResult> results;
  std::optional<scenarios::ResultsFile> file;
  if (!arguments.resume.empty()) {
    keep_input(arguments.input.path, arguments.resume);
    file = must(scenarios::ResultsFile::open(arguments.resume, facts, results));
    options.earlier = results;
  }
  Expected<void> kept;
  options.told = [&](const scenarios::TrialResult& result) {
    output.tell(result);
    if (file && kept) kept = file->add(result);
    if (!arguments.junit.empty()) results.push_back(result);
  };
  auto report = scenarios::check(scenario, arguments.input.path, arguments.input.overrides,
                                 own_faults(arguments.input), options);
  output.clear();
  if (!report) stop(kUsage, report.error().message);
  if (!kept) stop(kFailed, kept.error().message);
  std::vector<std::string> cases;
  for (const scenarios::Finding& finding : report->findings) {
    const std::string path = arguments.case_file.empty() || !cases.empty()
                                 ? fmt::format("case-{}.yaml", finding.result.seed)
                                 : arguments.case_file;
    write_output(path, scenarios::case_text(finding.smallest, path));
    cases.push_back(path);
  }
  if (!arguments.junit.empty())
    write_output(arguments.junit,
                 scenarios::to_junit(arguments.input.path, results, [&](std::uint64_t seed) {
                   for (std::size_t i = 0; i < cases.size(); ++i)
                     if (report->findings[i].result.seed == seed)
                       return "gnomon replay " + cases[i];
                   return scenarios::check_line(facts, seed);
                 }));
  write_output("-", arguments.json ? output.json(*report, cases) : output.text(*report, cases));
  if (report->interrupted) leave(kInterrupted);
  leave_as(report->verdict());
}

}  // namespace

void add_check(CLI::App& app) {
  auto* command = app.add_subcommand(
      "check", "Looks for what breaks: many seeds, faults drawn for each, all promises watched");
  auto arguments = std::make_shared<CheckArguments>();
  arguments->input.add_to(*command);
  command->add_option("--seeds", arguments->seeds, "How many seeds")
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
  command->add_option("--seed", arguments->first_seed, "The first of them")->capture_default_str();
  command->add_option("-j,--jobs", arguments->jobs, "Processes side by side (default: one a core)")
      ->check(CLI::Range(1, 256));
  command->add_option("--time-budget", arguments->time_budget,
                      "Begin no further seed after it: 5m");
  command->add_option("--shard", arguments->shard, "Do this part of the seeds only: 3/16");
  command->add_option("--max-failures", arguments->most_failures, "Stop after so many failures")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  command->add_option("-o,--output", arguments->case_file,
                      "Where the smallest case goes (default: case-SEED.yaml)");
  command->add_option("--junit", arguments->junit, "JUnit file to write");
  command->add_option("--resume", arguments->resume,
                      "Keep the results in this file, and go on where it ends: see 'gnomon merge'");
  command->add_flag("--once", arguments->once, "Run each seed once: does not compare digests");
  command->add_flag("--no-swarm", arguments->no_swarm, "Only the faults that the scenario holds");
  command->add_flag("-v,--verbose", arguments->verbose, "A line for each seed");
  command->add_flag("--json", arguments->json, "Print the report as JSON");
  command->footer(
      "What breaks is shrunk to a case, a scenario of its own: 'gnomon replay case-17.yaml' shows "
      "it again.\n"
      "Exit codes: 0 nothing broke; 10 safety; 11 liveness; 12 determinism; 13 a crash; 2 usage.\n"
      "Examples:\n  gnomon check s.yaml --seeds 1000\n"
      "  gnomon check s.yaml --time-budget 5m --shard 3/16 --junit out.xml\n"
      "  gnomon check s.yaml --seeds 100000 --resume results.jsonl   # again: goes on");
  command->callback([arguments] { execute(*arguments); });
}

}  // namespace gnomon::cli
