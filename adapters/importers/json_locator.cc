#include "adapters/importers/json_locator.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/importers/json_text.h"

namespace gnomon::adapters {
namespace {

/// Walks through a text that is known to be JSON, its depth bounded, and notes where the deepest
/// value on the way to each path begins.
class Locator {
 public:
  Locator(std::string_view text, std::span<const std::string> paths)
      : text_(text), paths_(paths), found_(paths.size()) {}

  std::vector<std::string> locate() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    skip_spaces();
    value();
    std::vector<std::string> places;
    for (const std::size_t at : found_) places.push_back(line_and_column(text_, at));
    return places;
  }

 private:
  void skip_spaces() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (next() != c) return false;
    ++at_;
    skip_spaces();
    return true;
  }

  void note() {
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      const std::string_view wanted = paths_[i];
      if (!wanted.starts_with(path_)) continue;
      const std::string_view rest = wanted.substr(path_.size());
      if (rest.empty() || path_.empty() || rest[0] == '.' || rest[0] == '[') found_[i] = at_;
    }
  }

  /// What stands between the quotes, as it is written.
  std::string_view string() {
    const std::size_t begin = ++at_;
    while (next() != '"' && at_ < text_.size()) at_ += next() == '\\' ? 2 : 1;
    const std::string_view inside = text_.substr(begin, at_ - begin);
    ++at_;
    return inside;
  }

  void value() {
    note();
    if (next() == '{') {
      object();
    } else if (next() == '[') {
      array();
    } else if (next() == '"') {
      string();
    } else {
      at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    }
    skip_spaces();
  }

  void object() {
    const std::size_t length = path_.size();
    take('{');
    while (next() == '"') {
      if (length > 0) path_ += '.';
      path_ += string();
      skip_spaces();
      take(':');
      value();
      path_.resize(length);
      take(',');
    }
    take('}');
  }

  void array() {
    const std::size_t length = path_.size();
    take('[');
    for (std::size_t i = 0; next() != ']' && at_ < text_.size(); ++i) {
      path_ += fmt::format("[{}]", i);
      value();
      path_.resize(length);
      take(',');
    }
    take(']');
  }

  std::string_view text_;
  std::span<const std::string> paths_;
  std::vector<std::size_t> found_;
  std::size_t at_ = 0;
  std::string path_;
};

}  // namespace

std::vector<std::string> locate(std::string_view json, std::span<const std::string> paths) {
  return Locator(json, paths).locate();
}

}  // namespace gnomon::adapters
