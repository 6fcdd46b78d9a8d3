#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Users name things as they like: any bytes up to 256. Everything that a report prints goes
/// through one of these.

namespace gnomon::reports {

/// Valid UTF-8 that prints on one line: newline becomes ↵, tab a space, other control characters
/// their pictures, bytes that are no UTF-8 and characters that XML forbids or that turn the
/// direction of writing become U+FFFD.
std::string clean(std::string_view text);

/// For XML text and attributes, HTML, and DOT's HTML-like labels; cleaned too.
std::string escape_xml(std::string_view text);

/// For a DOT string in double quotes, read literally (`\N` and `\n` mean nothing); cleaned too.
std::string escape_dot(std::string_view text);

/// One CSV field (RFC 4180), quoted where it must be. Bytes stay as they are, but a field that a
/// spreadsheet would run as a formula gets a ' in front.
std::string csv_field(std::string_view text);

/// Columns on a terminal: wide characters (East Asian, emoji) take two, combining ones none.
/// Expects clean text.
std::size_t display_width(std::string_view text);

/// At most `columns` wide (3 or more), the middle cut out if need be: "extract_fea…_part_0042".
/// Cleaned too.
std::string shorten(std::string_view text, std::size_t columns);

}  // namespace gnomon::reports
