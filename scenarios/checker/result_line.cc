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
  try {
    const auto json = nlohmann::json::parse(line);
    TrialResult result;
    result.seed = json.at("seed").get<std::uint64_t>();
    const int verdict = json.at("verdict").get<int>();
    if (verdict < 0 || verdict > static_cast<int>(Verdict::kPassed))
      return invalid("there is no such verdict");
    result.verdict = static_cast<Verdict>(verdict);
    json.at("oracle").get_to(result.oracle);
    json.at("what").get_to(result.what);
    json.at("event").get_to(result.event);
    json.at("digest").get_to(result.digest);
    json.at("events").get_to(result.events);
    json.at("struck").get_to(result.faults_struck);
    json.at("drawn").get_to(result.faults_drawn);
    json.at("seconds").get_to(result.seconds);
    json.at("simulated").get_to(result.simulated_seconds);
    return result;
  } catch (const nlohmann::json::exception& error) {
    return invalid(fmt::format("this is no result of a seed: {}", error.what()));
  }
}

}  // namespace gnomon::scenarios
