#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gnomon::scenarios {

/// Where something stands in a source: lines and columns count from 1, columns in characters. Line
/// 0 is the source as a whole.
struct Place {
  std::uint16_t source = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  auto operator<=>(const Place&) const = default;
};

struct Diagnostic {
  Place place;
  std::string message;
};

/// Everything that is wrong with what a user wrote, together with the texts, so that each mistake
/// can be shown where it was made. Every stage, from the YAML parser to the last cross-check, adds
/// to it and goes on as far as it can.
///
///     jobs.yaml:12:9: error: unknown key 'retrys' (did you mean 'retry'?)
///        12 |     retrys: 3
///           |     ^
class Diagnostics {
 public:
  /// Mistakes shown at once; a last line says how many more there are.
  static constexpr std::size_t kShown = 50;

  /// Adds a text (a file, an override) and gives the number under which places refer to it.
  std::uint16_t add_source(std::string name, std::string text);
  const std::string& source_name(std::uint16_t source) const { return sources_[source].name; }
  std::string_view source_text(std::uint16_t source) const { return sources_[source].text; }

  void error(Place place, std::string message);

  bool empty() const { return errors_.empty(); }
  std::size_t size() const { return errors_.size(); }
  /// In the order of sources, lines and columns, each mistake once.
  std::vector<Diagnostic> sorted() const;
  /// The first kShown of them, ready to be printed.
  std::string to_string() const;

 private:
  struct Source {
    std::string name;
    std::string text;
  };
  std::string excerpt(Place place) const;

  std::vector<Source> sources_;
  std::vector<Diagnostic> errors_;
};

}  // namespace gnomon::scenarios
