#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gnomon::adapters {

/// Where values stand in a JSON text, by their paths as JsonPlace writes them: "12:9", from 1,
/// columns counting characters. A value that is not there is placed at the nearest one around it.
/// `json` is a text that read_json() has taken.
std::vector<std::string> locate(std::string_view json, std::span<const std::string> paths);

}  // namespace gnomon::adapters
