#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "scenarios/checker/workers.h"

namespace gnomon::scenarios {

std::string to_line(const TrialResult& result) {
  nlohmann::json line = {{"seed", result.seed},
                         {"verdict", static_cast<int>(result.verdict)},
                         {"oracle", result.oracle},
                         {"what", result.what},
                         {"event", result.event},
                         {"digest", result.digest},
                         {"events", result.events},
                         {"struck", result.faults_struck},
                         {"drawn", result.faults_drawn},
                         {"seconds", result.seconds},
                         {"simulated", result.simulated_seconds}};
  return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Expected<TrialResult> from_line(const std::string& line) {
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object()) return invalid("a worker wrote something else than its result");
  TrialResult result;
  result.seed = json.value("seed", std::uint64_t{});
  result.verdict = static_cast<Verdict>(json.value("verdict", 0));
  result.oracle = json.value("oracle", "");
  result.what = json.value("what", "");
  result.event = json.value("event", std::uint64_t{});
  result.digest = json.value("digest", "");
  result.events = json.value("events", std::uint64_t{});
  result.faults_struck = json.value("struck", std::uint64_t{});
  result.faults_drawn = json.value("drawn", std::size_t{});
  result.seconds = json.value("seconds", 0.0);
  result.simulated_seconds = json.value("simulated", 0.0);
  return result;
}

}  // namespace gnomon::scenarios
