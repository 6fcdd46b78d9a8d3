#pragma once

#include <string_view>

namespace gnomon::scenarios {

/// Part of what a digest depends on: raised whenever a change may give a scenario another outcome.
inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace gnomon::scenarios
