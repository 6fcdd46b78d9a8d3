#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/language/diagnostics.h"
#include "scenarios/language/scenario.h"

namespace gnomon::cli {

/// The scenario that a subcommand is given: a file and what overrides it.
struct ScenarioInput {
  std::string path;
  std::vector<std::string> overrides;

  void add_to(CLI::App& command);
  std::expected<scenarios::Scenario, scenarios::Diagnostics> read() const;
  /// The same, or prints everything that is wrong and leaves with kUsage.
  scenarios::Scenario load() const;
  /// The text of the file, for the record.
  std::string text() const;
};

/// A 64-bit number from a text; CLI11 would take -1 and 2^64.
std::optional<std::uint64_t> parse_seed(const std::string& text);

/// Writes `text` to `path`, or to stdout if that is "-" or "". A file appears whole or not at all.
void write_output(const std::string& path, std::string_view text);

/// Leaves with kUsage if `output` is the file that is read.
void keep_input(const std::string& input, const std::string& output);

}  // namespace gnomon::cli
