#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/time.h"

namespace gnomon::scenarios {

/// Chooses rows: those in which each of these columns holds exactly this text. Empty: all.
using RowFilter = std::vector<std::pair<std::string, std::string>>;

/// Mistakes in rows of a table, told together: the first kShown, and how many more there are.
class RowMistakes {
 public:
  static constexpr std::size_t kShown = 20;
  /// `tell` gives the error; it is asked for those that are shown.
  template <typename Tell>
  void add(Tell tell) {
    if (count_++ < kShown) text_ += (text_.empty() ? "" : "\n") + tell().error().message;
  }
  bool empty() const { return count_ == 0; }
  std::unexpected<Error> error() const;

 private:
  std::size_t count_ = 0;
  std::string text_;
};

/// A table with a line of column names (RFC 4180: commas, quotes doubled inside of quotes, LF or
/// CRLF), as traces and samples come. Errors about a place begin with it, for in_file(): ":12:9:
/// expected a number in column 'gpus', found 'many'"; those of several rows stand in a line each.
class Csv {
 public:
  static constexpr std::size_t kMaxCells = 10'000'000;

  /// `text` must outlive it.
  static Expected<Csv> read(std::string_view text);

  const std::vector<std::string>& columns() const { return columns_; }
  std::size_t row_count() const { return cells_.size() / columns_.size(); }
  std::string_view cell(std::size_t row, std::size_t column) const {
    return cells_[row * columns_.size() + column];
  }
  /// An error about a cell.
  std::unexpected<Error> error(std::size_t row, std::size_t column, std::string_view what) const;
  /// Nothing if the cell holds no number.
  std::optional<double> number(std::size_t row, std::size_t column) const;
  std::unexpected<Error> not_a_number(std::size_t row, std::size_t column) const;
  /// The column of that name; the error names the nearest one.
  Expected<std::size_t> find(std::string_view column) const;
  /// For each row whether `filter` chooses it.
  Expected<std::vector<bool>> chosen(const RowFilter& filter) const;
  /// All of a column as numbers.
  Expected<std::vector<double>> numbers(std::string_view column) const;
  /// All of a column as times: "2023-11-16 18:17:03.98", taken for UTC where no offset is given.
  Expected<std::vector<Instant>> instants(std::string_view column) const;

 private:
  std::string_view text_;
  std::vector<std::string> columns_;
  std::vector<std::string_view> cells_;
  std::deque<std::string> unquoted_;  // owns cells with doubled quotes; addresses stay
};

/// The message of an error with the file before each line: "jobs.csv:12:9: expected...".
std::string in_file(std::string_view file, std::string_view message);

}  // namespace gnomon::scenarios
