#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/checker/trial.h"

namespace gnomon::scenarios {

/// What makes a run break a promise: a scenario, a seed, and the faults that are left of those that
/// were drawn.
struct Case {
  std::string scenario;  ///< its file
  std::uint64_t seed = 1;
  std::vector<std::string> faults;     ///< in the scenario language
  std::vector<std::string> overrides;  ///< given to the campaign with --set
  std::string found;                   ///< "safety (attempts): workflow 12 node 3: ..."
};

/// The case as a scenario of its own: it includes the scenario it was found in, so that `gnomon
/// run`, `replay` and `explain` take it as they take any other. `path`: where it will be.
std::string case_text(const Case& found, const std::string& path);

}  // namespace gnomon::scenarios
