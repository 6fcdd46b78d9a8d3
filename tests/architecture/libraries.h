#pragma once

#include <string_view>

namespace gnomon::architecture {

/// What an #include in angle brackets belongs to: "" for the standard library of C and C++, "POSIX"
/// for the system's headers, a third-party library's name as the READMEs spell it ("Boost.Graph",
/// "SQLite"), or "?" if the header is not known here.
std::string_view library_of(std::string_view header);

/// Whether `name` is "POSIX" or a third-party library that library_of can answer.
bool is_library(std::string_view name);

}  // namespace gnomon::architecture
