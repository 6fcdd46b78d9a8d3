#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "reports/text/escape.h"
#include "reports/text/json_writer.h"
#include "reports/text/units.h"
#include "scenarios/checker/junit.h"
#include "scenarios/checker/results_file.h"
#include "scenarios/cli/check_output.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/scenario_input.h"

namespace gnomon::cli {
namespace {

using scenarios::TrialResult;
using scenarios::Verdict;

struct MergeArguments {
  std::vector<std::string> files;
  std::string junit;
  bool json = false;
};

std::vector<TrialResult> failures(const scenarios::CampaignResults& all) {
  std::vector<TrialResult> failed;
  std::ranges::copy_if(all.results, std::back_inserter(failed),
                       [](const TrialResult& each) { return each.verdict != Verdict::kPassed; });
  return failed;
}

std::string to_text(const scenarios::CampaignResults& all) {
  const auto failed = failures(all);
  std::uint64_t events = 0;
  for (const TrialResult& each : all.results) events += each.events;
  std::string text = fmt::format("{}: {}, {} failed; {} events\n", all.facts.scenario,
                                 reports::counted(all.results.size(), "seed"), failed.size(),
                                 reports::human_count(events));
  for (const TrialResult& each : failed) {
    text += fmt::format("  seed {}: {} ({}): {}\n    {}\n", each.seed, to_string(each.verdict),
                        each.oracle, reports::clean(each.what), check_line(all.facts, each.seed));
  }
  if (failed.empty()) text += what_it_means(all.results.size());
  return text;
}

std::string to_json(const scenarios::CampaignResults& all, Verdict verdict) {
  const auto failed = failures(all);
  reports::JsonWriter json(2);
  json.begin_object()
      .member("format", "gnomon.merge/1")
      .member("scenario", all.facts.scenario)
      .member("verdict", to_string(verdict))
      .member("seeds", all.results.size())
      .member("failed", failed.size());
  json.key("failures").begin_array();
  for (const TrialResult& each : failed) {
    json.begin_object()
        .member("seed", each.seed)
        .member("verdict", to_string(each.verdict))
        .member("oracle", each.oracle)
        .member("what", each.what)
        .member("check", check_line(all.facts, each.seed))
        .end_object();
  }
  json.end_array().end_object();
  return json.take() + '\n';
}

void execute(const MergeArguments& arguments) {
  std::vector<scenarios::CampaignResults> parts;
  for (const std::string& file : arguments.files) {
    keep_input(file, arguments.junit);
    parts.push_back(must(scenarios::read_results(file)));
  }
  const scenarios::CampaignResults all = must(scenarios::merge_results(std::move(parts)));
  Verdict gravest = Verdict::kPassed;
  for (const TrialResult& each : all.results) gravest = std::min(gravest, each.verdict);
  if (!arguments.junit.empty()) {
    write_output(arguments.junit,
                 to_junit(all.facts.scenario, all.results,
                          [&](std::uint64_t seed) { return check_line(all.facts, seed); }));
  }
  write_output("-", arguments.json ? to_json(all, gravest) : to_text(all));
  leave_as(gravest);
}

}  // namespace

void add_merge(CLI::App& app) {
  auto* command = app.add_subcommand(
      "merge", "Puts the results of the parts of a campaign together ('check --resume')");
  auto arguments = std::make_shared<MergeArguments>();
  command->add_option("FILES", arguments->files, "Files of results")->required();
  command->add_option("--junit", arguments->junit, "JUnit file to write");
  command->add_flag("--json", arguments->json, "Print the report as JSON");
  command->footer(
      "Exit codes as of 'check', of the gravest that was found.\n"
      "Example, on three machines and then on one:\n"
      "  gnomon check s.yaml --seeds 30000 --shard 1/3 --resume part-1.jsonl\n"
      "  gnomon merge part-*.jsonl --junit all.xml");
  command->callback([arguments] { execute(*arguments); });
}

}  // namespace gnomon::cli
