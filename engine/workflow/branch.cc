#include "engine/workflow/branch.h"

#include <charconv>

#include "engine/base/ensure.h"

namespace gnomon {
namespace {
constexpr std::string_view kPrefix = R"({"branch":)";
}

Payload branch_output(std::size_t branch) {
  return Payload{fmt::format("{}{}}}", kPrefix, branch)};
}

std::size_t taken_branch(const Payload& output) {
  const std::string_view text = output.text();
  std::size_t branch = 0;
  ENSURE(text.starts_with(kPrefix), "a condition's output is '{}'", text);
  const auto parsed =
      std::from_chars(text.data() + kPrefix.size(), text.data() + text.size(), branch);
  ENSURE(parsed.ec == std::errc{}, "a condition's output is '{}'", text);
  return branch;
}

}  // namespace gnomon
