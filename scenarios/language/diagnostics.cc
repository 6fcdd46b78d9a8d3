#include "scenarios/language/diagnostics.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace gnomon::scenarios {
namespace {

constexpr std::size_t kMaxKept = 1000;
constexpr std::size_t kMaxSources = 65535;
constexpr std::size_t kMaxLine = 120;  // characters of the source shown

std::string_view line_of(std::string_view text, std::uint32_t line) {
  while (--line > 0) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

/// Bytes of the first `count` characters (UTF-8).
std::size_t bytes_of(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; count > 0 && at < text.size(); --count) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  }
  return at;
}

/// What is shown of a line, and what stands below it up to the caret: tabs stay tabs, so that both
/// line up.
struct Window {
  std::string_view shown;
  std::string below;
};
Window window(std::string_view line, std::uint32_t column) {
  const std::size_t skipped = column > kMaxLine ? column - kMaxLine / 2 : 0;
  line.remove_prefix(bytes_of(line, skipped));
  Window result{line.substr(0, bytes_of(line, kMaxLine)), {}};
  for (const char c : line.substr(0, bytes_of(line, column - 1 - skipped))) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) result.below += c == '\t' ? '\t' : ' ';
  }
  return result;
}

}  // namespace

std::uint16_t Diagnostics::add_source(std::string name, std::string text) {
  if (sources_.size() < kMaxSources) sources_.push_back({std::move(name), std::move(text)});
  return static_cast<std::uint16_t>(sources_.size() - 1);
}

void Diagnostics::error(Place place, std::string message) {
  if (errors_.size() < kMaxKept) errors_.push_back({place, std::move(message)});
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<Diagnostic> sorted = errors_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.place < b.place; });
  const auto same = [](const Diagnostic& a, const Diagnostic& b) {
    return a.place == b.place && a.message == b.message;
  };
  sorted.erase(std::unique(sorted.begin(), sorted.end(), same), sorted.end());
  return sorted;
}

std::string Diagnostics::excerpt(Place place) const {
  const std::string_view line = line_of(sources_[place.source].text, place.line);
  if (line.empty()) return {};
  const Window shown = window(line, place.column);
  return fmt::format("{:5} | {}\n      | {}^\n", place.line, shown.shown, shown.below);
}

std::string Diagnostics::to_string() const {
  std::string text;
  const std::vector<Diagnostic> all = sorted();
  for (const Diagnostic& each : std::span(all).first(std::min(all.size(), kShown))) {
    if (each.place.source < sources_.size()) text += sources_[each.place.source].name;
    if (each.place.line > 0) {
      text += fmt::format(":{}:{}: error: {}\n{}", each.place.line, each.place.column, each.message,
                          excerpt(each.place));
    } else {
      text += fmt::format(": error: {}\n", each.message);
    }
  }
  if (all.size() > kShown) text += fmt::format("and {} more errors\n", all.size() - kShown);
  return text;
}

}  // namespace gnomon::scenarios
