#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gnomon {

/// What a program makes of one input: the results in canonical form, or that it fails.
struct OracleResults {
  std::vector<std::string> results;
  bool failed = false;
  bool operator==(const OracleResults&) const = default;
};
/// What libjq's own compiler and machine make of each input. Nothing if libjq does not compile the
/// program. For programs that end and do no harm only. Compiling takes 15 ms.
std::optional<std::vector<OracleResults>> ask_libjq(std::string_view program,
                                                    std::span<const std::string_view> inputs);

}  // namespace gnomon
