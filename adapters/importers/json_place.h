#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/importers/json_text.h"
#include "engine/base/time.h"

namespace gnomon::adapters {

/// What is wrong with the content of a file; the first kShown are told.
///
///     trace.json:88:20: error: workflow.specification.tasks[17].parents[2]: there is no task 'b'
class Problems {
 public:
  static constexpr std::size_t kShown = 20;

  void add(std::string_view path, std::string_view what);
  bool empty() const { return count_ == 0; }
  /// Whether one more would be told: hints that cost time are for those.
  bool shows_next() const { return count_ < kShown; }
  /// `source` is the text in which the paths are looked for; absent: it is not what the user wrote.
  std::string text(std::string_view file_name, std::string_view source = {}) const;

 private:
  std::vector<std::string> paths_;  // of those that are shown
  std::vector<std::string> whats_;
  std::size_t count_ = 0;
};

/// A value in a JSON text, and the path to it; or the path of a value that is not there. What
/// cannot be read as it is asked for is noted as a problem, and is read as 0, "" or nothing.
class JsonPlace {
 public:
  JsonPlace(const Json& root, Problems& problems) : value_(&root), problems_(&problems) {}
  /// Nothing is there.
  explicit JsonPlace(Problems& problems) : problems_(&problems) {}

  /// Of an object. Of what is not there, nothing is there; null counts as not there.
  JsonPlace operator[](std::string_view key) const;
  bool is_there() const { return value_ != nullptr; }
  bool is_object() const { return is_there() && value_->is_object(); }
  const std::string& path() const { return path_; }
  void problem(std::string_view what) const { problems_->add(path_, what); }
  Problems& problems() const { return *problems_; }

  /// Required, and not empty.
  std::string_view text() const;
  /// Required.
  double number() const;
  /// Required: a number of seconds of at least 0, to the nanosecond.
  Duration seconds(Duration longest) const;
  /// Optional: "" if it is not there, or no string.
  std::string_view text_or_nothing() const;
  /// Optional: at least 1; a fraction is rounded up.
  std::optional<std::uint32_t> count_or_nothing(std::uint32_t most) const;

  /// Optional, an array: calls visit(JsonPlace) for each element.
  template <typename Visit>
  void for_each(Visit visit) const {
    if (!is_array()) return;
    for (std::size_t i = 0; i < value_->size(); ++i) visit((*this)[i]);
  }
  /// Elements of an array; 0 if it is none.
  std::size_t size() const { return is_there() && value_->is_array() ? value_->size() : 0; }
  /// The element at `index`, which is below size().
  JsonPlace operator[](std::size_t index) const;

 private:
  JsonPlace(const Json* value, std::string path, Problems& problems)
      : value_(value), path_(std::move(path)), problems_(&problems) {}
  bool is_array() const;
  void expected(std::string_view what) const;

  const Json* value_ = nullptr;
  std::string path_;
  Problems* problems_;
};

}  // namespace gnomon::adapters
