#include "scenarios/checker/results_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "scenarios/checker/workers.h"

namespace gnomon::scenarios {
namespace {

constexpr std::string_view kFormat = "gnomon.check-results/1";

std::string to_line(const CampaignFacts& facts) {
  const nlohmann::json line = {
      {"format", kFormat},      {"gnomon", facts.gnomon},       {"scenario", facts.scenario},
      {"digest", facts.digest}, {"overrides", facts.overrides}, {"swarm", facts.swarm}};
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Expected<CampaignFacts> facts_from(const std::string& line) {
  try {
    const auto json = nlohmann::json::parse(line);
    if (json.at("format") != kFormat)
      return invalid(fmt::format("these results are of another format than {}", kFormat));
    CampaignFacts facts;
    json.at("gnomon").get_to(facts.gnomon);
    json.at("scenario").get_to(facts.scenario);
    json.at("digest").get_to(facts.digest);
    json.at("overrides").get_to(facts.overrides);
    json.at("swarm").get_to(facts.swarm);
    return facts;
  } catch (const nlohmann::json::exception&) {
    return invalid("these are no results of 'gnomon check'");
  }
}

/// In which they differ, for messages; "" if they do not.
std::string difference(const CampaignFacts& a, const CampaignFacts& b) {
  if (a.gnomon != b.gnomon) return fmt::format("of gnomon {}, not {}", a.gnomon, b.gnomon);
  if (a.overrides != b.overrides) return "with other overrides (--set)";
  if (a.swarm != b.swarm) return a.swarm ? "with drawn faults" : "without drawn faults";
  if (a.digest != b.digest)
    return fmt::format("of another scenario, or of {} as it was before", a.scenario);
  return {};
}

CampaignResults sorted(CampaignFacts facts, const std::vector<TrialResult>& results) {
  std::map<std::uint64_t, TrialResult> by_seed;
  for (const TrialResult& result : results) by_seed.emplace(result.seed, result);
  CampaignResults all{std::move(facts), {}};
  for (auto& [seed, result] : by_seed) all.results.push_back(std::move(result));
  return all;
}

}  // namespace

std::string check_line(const CampaignFacts& facts, std::uint64_t seed) {
  std::string line = fmt::format("gnomon check {} --seed {} --seeds 1", facts.scenario, seed);
  for (const std::string& each : facts.overrides) line += fmt::format(" --set '{}'", each);
  if (!facts.swarm) line += " --no-swarm";
  return line;
}

Expected<CampaignResults> read_results(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return invalid(fmt::format("{}: {}", path, std::strerror(errno)));
  std::string line;
  std::getline(file, line);
  auto facts = facts_from(line);
  if (!facts) return invalid(fmt::format("{}:1: {}", path, facts.error().message));
  std::vector<TrialResult> results;
  for (std::size_t number = 2; std::getline(file, line); ++number) {
    if (file.eof()) break;  // without its end: cut off
    auto result = from_line(line);
    if (!result) return invalid(fmt::format("{}:{}: this is no result", path, number));
    results.push_back(std::move(*result));
  }
  return sorted(std::move(*facts), results);
}

Expected<CampaignResults> merge_results(std::vector<CampaignResults> parts) {
  CampaignResults& all = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (const std::string how = difference(parts[i].facts, all.facts); !how.empty())
      return invalid(fmt::format("part {} is {}", i + 1, how));
    std::ranges::move(parts[i].results, std::back_inserter(all.results));
  }
  return sorted(all.facts, all.results);
}

Expected<ResultsFile> ResultsFile::open(const std::string& path, const CampaignFacts& facts,
                                        std::vector<TrialResult>& earlier) {
  ResultsFile results;
  results.path_ = path;
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored))
    return invalid(fmt::format("{} is not a file", path));
  const bool goes_on = std::filesystem::file_size(path, ignored) > 0 && !ignored;
  if (goes_on) {
    auto known = read_results(path);
    if (!known) return std::unexpected(known.error());
    if (const std::string how = difference(known->facts, facts); !how.empty())
      return invalid(fmt::format("{} holds results {}: choose another file", path, how));
    earlier = std::move(known->results);
  }
  // Written anew, so that no half line is left in the middle.
  const std::string temporary = path + ".tmp";
  results.file_.reset(std::fopen(temporary.c_str(), "wb"));
  if (results.file_ == nullptr)
    return invalid(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  Expected<void> written = results.write(to_line(facts));
  for (const TrialResult& result : earlier)
    if (written) written = results.add(result);
  if (!written) {
    std::filesystem::remove(temporary, ignored);
    return std::unexpected(written.error());
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0)
    return invalid(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  return results;
}

Expected<void> ResultsFile::add(const TrialResult& result) {
  return write(scenarios::to_line(result));
}

Expected<void> ResultsFile::write(std::string line) {
  line += '\n';
  if (std::fwrite(line.data(), 1, line.size(), file_.get()) == line.size() &&
      std::fflush(file_.get()) == 0)
    return {};
  return fail(ErrorKind::kCannotHappen,
              fmt::format("cannot write {}: {}", path_, std::strerror(errno)));
}

}  // namespace gnomon::scenarios
