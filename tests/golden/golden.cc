#include "tests/golden/golden.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

namespace gnomon::golden {
namespace {

/// The line that holds position `at`, without its newline.
std::string_view line_around(std::string_view text, std::size_t at) {
  const std::size_t start = at == 0 ? 0 : text.rfind('\n', at - 1) + 1;
  return text.substr(start, text.find('\n', at) - start);
}

}  // namespace

void expect_golden(std::string_view name, std::string_view text) {
  const std::filesystem::path path =
      std::filesystem::path(GNOMON_SOURCE_DIR) / "tests/golden" / name;
  if (std::getenv("GNOMON_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    ADD_FAILURE_AT(path.c_str(), 0) << "is missing; tests/run --update-golden writes it";
    return;
  }
  const std::string expected{std::istreambuf_iterator<char>(file),
                             std::istreambuf_iterator<char>()};
  if (expected == text) return;
  const auto differs = std::ranges::mismatch(expected, text);
  const auto at = static_cast<std::size_t>(differs.in1 - expected.begin());
  const auto line = 1 + std::count(expected.begin(), differs.in1, '\n');
  ADD_FAILURE_AT(path.c_str(), static_cast<int>(line))
      << "expected: " << line_around(expected, at) << "\n     got: " << line_around(text, at)
      << "\nIf the new text is right: tests/run --update-golden";
}

}  // namespace gnomon::golden
