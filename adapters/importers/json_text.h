#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "engine/base/error.h"

namespace gnomon::adapters {

using Json = nlohmann::json;

inline constexpr std::size_t kMaxTraceBytes = std::size_t{128} << 20;
inline constexpr std::size_t kMaxTraceValues = 5'000'000;
inline constexpr std::size_t kMaxTraceDepth = 64;

/// Reads a JSON text within the bounds above. The error says where, columns counting characters:
///
///     trace.json:3:17: error: syntax error while parsing value - unexpected ','
Expected<Json> read_json(std::string_view text, std::string_view file_name);

/// "12:9" of the byte at `at`, from 1, columns counting characters.
std::string line_and_column(std::string_view text, std::size_t at);

}  // namespace gnomon::adapters
