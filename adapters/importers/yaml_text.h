#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.h"

/// Texts of others, fit to stand in a scenario.

namespace gnomon::adapters {

/// At most `most_bytes` of `text`, whole characters; '_' for each that a YAML text cannot hold or
/// that breaks a line, and for each byte that is not UTF-8.
std::string printable(std::string_view text, std::size_t most_bytes);

/// A printable text as one YAML scalar that is read as that string, in quotes where it must be.
std::string yaml_scalar(std::string_view text);

/// "[a, b, c]" of scalars; broken into lines that begin with `indent` spaces.
std::string yaml_list(const std::vector<std::string>& scalars, std::size_t indent);

/// Words in lines that begin with `prefix`, each ending with a line feed.
std::string wrapped(std::string_view words, std::string_view prefix);

/// "53.6s", to the nanosecond.
std::string seconds_text(Duration duration);

}  // namespace gnomon::adapters
