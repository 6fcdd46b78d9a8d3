#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/error.h"
#include "scenarios/checker/trial.h"

namespace gnomon::scenarios {

/// What the results of a campaign are of: they can be gone on with, and put together with others,
/// only if it is the same.
struct CampaignFacts {
  std::string gnomon;    ///< version of the program
  std::string scenario;  ///< path of the file
  std::string digest;  ///< of the text of the file and of what it includes, the overrides included
  std::vector<std::string> overrides;
  bool swarm = true;
  bool operator==(const CampaignFacts&) const = default;
};

/// The command that does one seed of it again.
std::string check_line(const CampaignFacts& facts, std::uint64_t seed);

struct CampaignResults {
  CampaignFacts facts;
  std::vector<TrialResult> results;  ///< by seed, each seed once
};

/// The error (kInvalid) says which line is none. A last line that is cut off, as a process leaves
/// it that is killed, is left out.
Expected<CampaignResults> read_results(const std::string& path);

/// All results of parts of one campaign; kInvalid if they are of several.
Expected<CampaignResults> merge_results(std::vector<CampaignResults> parts);

/// The results of a campaign as they come: a line of JSON that says what of, then one a seed. Grows
/// by whole lines, so that a campaign that is killed loses what was under way and no more.
class ResultsFile {
 public:
  /// Goes on with a file that is there, if it is of the same campaign (kInvalid otherwise), or
  /// begins one. `earlier` is what it held.
  static Expected<ResultsFile> open(const std::string& path, const CampaignFacts& facts,
                                    std::vector<TrialResult>& earlier);
  Expected<void> add(const TrialResult& result);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  Expected<void> write(std::string line);

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace gnomon::scenarios
