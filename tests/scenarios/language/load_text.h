#pragma once

#include <fmt/format.h>

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "scenarios/language/scenario.h"

namespace gnomon::scenarios {

/// Loads "s.yaml" from memory, beside other files.
inline std::expected<Scenario, Diagnostics> load_text(
    const std::string& text, const std::vector<std::string>& overrides = {},
    std::map<std::string, std::string> files = {}, const ZoneLookup& zones = {}) {
  files["s.yaml"] = text;
  return load_scenario("s.yaml", overrides, MemoryFiles(std::move(files)), zones);
}

/// What is wrong with it, one "source:line:column: message" each; nothing if it is good.
inline std::vector<std::string> errors_of(const std::string& text,
                                          const std::vector<std::string>& overrides = {},
                                          std::map<std::string, std::string> files = {}) {
  const auto scenario = load_text(text, overrides, std::move(files));
  std::vector<std::string> errors;
  if (scenario) return errors;
  for (const Diagnostic& each : scenario.error().sorted()) {
    errors.push_back(fmt::format("{}:{}:{}: {}", scenario.error().source_name(each.place.source),
                                 each.place.line, each.place.column, each.message));
  }
  return errors;
}

/// The scenario, which must be good.
inline Scenario loaded(const std::string& text, const std::vector<std::string>& overrides = {},
                       std::map<std::string, std::string> files = {}) {
  auto scenario = load_text(text, overrides, std::move(files));
  if (!scenario) throw std::runtime_error(scenario.error().to_string());
  return *std::move(scenario);
}

}  // namespace gnomon::scenarios
