#include "scenarios/checker/case_file.h"

#include <fmt/format.h>

#include <filesystem>

#include "scenarios/runner/version.h"

namespace gnomon::scenarios {
namespace {

/// The scenario's file as it is named from the folder of the case.
std::string seen_from(const std::string& path, const std::string& scenario) {
  const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
  return std::filesystem::absolute(scenario).lexically_proximate(folder).generic_string();
}

std::string quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (is_control) {
      quoted += fmt::format("\\x{:02x}", c);
      continue;
    }
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

/// In comments, whatever lines it has.
std::string comment(const std::string& text) {
  std::string lines = "# ";
  for (const char c : text) {
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (c == '\n') {
      lines += "\n#   ";
    } else {
      lines += is_control ? '?' : c;
    }
  }
  return lines + '\n';
}

}  // namespace

std::string case_text(const Case& found, const std::string& path) {
  std::string text = comment(found.found);
  text +=
      comment(fmt::format("Found by gnomon {}. Run it again: gnomon replay {}", kVersion, path));
  text += fmt::format("include: {}\n", quoted(seen_from(path, found.scenario)));
  std::string changes;
  for (const std::string& each : found.overrides) {
    // The faults, and the seed, stand below.
    if (!each.starts_with("faults") && !each.starts_with("seed="))
      changes += fmt::format("  - {}\n", quoted(each));
  }
  if (!changes.empty()) text += "set:\n" + changes;
  text += fmt::format("seed: {}\nfaults:{}\n", found.seed, found.faults.empty() ? " []" : "");
  for (const std::string& fault : found.faults) text += fmt::format("  - {}\n", fault);
  return text;
}

}  // namespace gnomon::scenarios
