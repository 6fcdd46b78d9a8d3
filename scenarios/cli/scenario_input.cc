#include "scenarios/cli/scenario_input.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "adapters/tzdata/zones.h"
#include "scenarios/cli/command.h"

namespace gnomon::cli {

void ScenarioInput::add_to(CLI::App& command) {
  command.add_option("FILE", path, "Scenario file (YAML)")->required();
  command
      .add_option("--set", overrides,
                  "Overrides a value: --set runtimes.gpu.workers=64 (may be repeated)")
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
}

std::expected<scenarios::Scenario, scenarios::Diagnostics> ScenarioInput::read() const {
  const scenarios::DiskFiles files;
  return scenarios::load_scenario(path, overrides, files, adapters::find_zone);
}

scenarios::Scenario ScenarioInput::load() const {
  auto scenario = read();
  if (!scenario) {
    fmt::print(stderr, "{}", scenario.error().to_string());
    leave(kUsage);
  }
  return std::move(*scenario);
}

std::string ScenarioInput::text() const {
  const auto text = scenarios::DiskFiles{}.read(path, std::size_t{64} << 20);
  return text.value_or("");
}

std::optional<std::uint64_t> parse_seed(const std::string& text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return value;
}

void write_output(const std::string& path, std::string_view text) {
  if (path.empty() || path == "-") {
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (std::fflush(stdout) != 0 || !written) stop(kFailed, "cannot write to stdout");
    return;
  }
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored)) {
    // A device or a pipe is written to; a file of that name would take its place.
    std::ofstream device(path, std::ios::binary);
    device.write(text.data(), static_cast<std::streamsize>(text.size()));
    device.close();
    if (!device) stop(kFailed, fmt::format("cannot write {}", path));
    return;
  }
  const std::string temporary = path + ".tmp";
  {
    std::ofstream file(temporary, std::ios::binary);
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    file.close();
    if (!file) {
      std::filesystem::remove(temporary, ignored);
      stop(kFailed, fmt::format("cannot write {}", path));
    }
  }
  std::error_code error;
  std::filesystem::rename(temporary, path, error);
  if (error) stop(kFailed, fmt::format("cannot write {}: {}", path, error.message()));
}

void keep_input(const std::string& input, const std::string& output) {
  std::error_code ignored;
  if (std::filesystem::equivalent(input, output, ignored)) {
    stop(kUsage, fmt::format("{} would be overwritten, and it is what is read: choose another "
                             "name with -o",
                             output));
  }
}

}  // namespace gnomon::cli
