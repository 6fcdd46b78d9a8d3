#include "scenarios/language/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>

#include "engine/base/nearest_name.h"
#include "scenarios/language/units.h"

namespace gnomon::scenarios {
namespace {

/// Takes one cell and what ends it off the text; `ends_row` says whether that was the end of a
/// line.
Expected<std::string_view> take_cell(std::string_view& text, bool& ends_row,
                                     std::deque<std::string>& unquoted) {
  std::string_view cell;
  if (text.starts_with('"')) {
    std::size_t end = 1;
    bool has_doubled = false;
    while (true) {
      end = text.find('"', end);
      if (end == std::string_view::npos) return invalid("a quote is not closed");
      if (end + 1 >= text.size() || text[end + 1] != '"') break;
      has_doubled = true;
      end += 2;
    }
    cell = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    if (has_doubled) {
      std::string& plain = unquoted.emplace_back();
      for (std::size_t i = 0; i < cell.size(); ++i) {
        plain += cell[i];
        if (cell[i] == '"') ++i;
      }
      cell = plain;
    }
  } else {
    cell = text.substr(0, std::min(text.find_first_of(",\n"), text.size()));
    text.remove_prefix(cell.size());
    if (cell.ends_with('\r') && (text.empty() || text[0] == '\n')) cell.remove_suffix(1);
  }
  if (text.starts_with("\r\n")) text.remove_prefix(1);
  ends_row = text.empty() || text[0] == '\n';
  if (!ends_row && text[0] != ',') return invalid("there is text after a closing quote");
  if (!text.empty()) text.remove_prefix(1);
  return cell;
}

std::string_view without_spaces(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

/// ":12:9" for what is left of a text.
std::string place_in(std::string_view text, std::string_view left) {
  const std::string_view above = text.substr(0, text.size() - left.size());
  const std::size_t begin = above.rfind('\n') + 1;  // npos + 1 is 0
  return fmt::format(":{}:{}", 1 + std::ranges::count(above, '\n'), above.size() - begin + 1);
}

}  // namespace

std::unexpected<Error> RowMistakes::error() const {
  return invalid(count_ > kShown ? fmt::format("{}\nand {} more", text_, count_ - kShown) : text_);
}

Expected<Csv> Csv::read(std::string_view text) {
  Csv csv;
  csv.text_ = text;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  RowMistakes ragged;
  while (!text.empty()) {
    const bool has_names = !csv.columns_.empty();
    if (has_names && (text[0] == '\n' || text.starts_with("\r\n"))) {  // an empty line
      text.remove_prefix(text[0] == '\n' ? 1 : 2);
      continue;
    }
    bool ends_row = false;
    const std::string_view row = text;
    std::size_t count = 0;
    for (; !ends_row; ++count) {
      const Expected<std::string_view> cell = take_cell(text, ends_row, csv.unquoted_);
      if (!cell)
        return invalid(fmt::format("{}: {}", place_in(csv.text_, text), cell.error().message));
      if (!has_names) {
        csv.columns_.emplace_back(*cell);
      } else {
        csv.cells_.push_back(*cell);
      }
      if (csv.cells_.size() > kMaxCells)
        return invalid(fmt::format("there are more than {} cells", kMaxCells));
    }
    if (count != csv.columns_.size()) {
      ragged.add([&] {
        return invalid(fmt::format("{}: expected {} cells, found {}", place_in(csv.text_, row),
                                   csv.columns_.size(), count));
      });
    }
  }
  if (!ragged.empty()) return ragged.error();
  if (csv.columns_.empty()) return invalid("the table is empty");
  return csv;
}

Expected<std::size_t> Csv::find(std::string_view column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found != columns_.end()) return static_cast<std::size_t>(found - columns_.begin());
  NearestName nearest(column);
  for (const std::string& name : columns_) nearest.consider(name);
  return invalid(fmt::format(":1: there is no column '{}'{}", column, nearest.hint()));
}

std::unexpected<Error> Csv::error(std::size_t row, std::size_t column,
                                  std::string_view what) const {
  // A cell with doubled quotes stands elsewhere; then the nearest one before it that does not.
  const std::less_equal<const char*> before;
  std::size_t cell = row * columns_.size() + column;
  const auto in_text = [&](std::size_t i) {
    return before(text_.data(), cells_[i].data()) &&
           before(cells_[i].data(), text_.data() + text_.size());
  };
  while (cell > 0 && !in_text(cell)) --cell;
  const std::string_view left =
      in_text(cell) ? std::string_view(cells_[cell].data(), text_.data() + text_.size()) : text_;
  return invalid(fmt::format("{}: {}", place_in(text_, left), what));
}

std::optional<double> Csv::number(std::size_t row, std::size_t column) const {
  const std::string_view text = without_spaces(cell(row, column));
  double number = 0;
  const auto [end, error_code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error_code == std::errc{} && end == text.data() + text.size() && std::isfinite(number))
    return number;
  return std::nullopt;
}

std::unexpected<Error> Csv::not_a_number(std::size_t row, std::size_t column) const {
  return error(row, column,
               fmt::format("expected a number in column '{}', found '{}'", columns_[column],
                           without_spaces(cell(row, column))));
}

Expected<std::vector<bool>> Csv::chosen(const RowFilter& filter) const {
  std::vector<bool> chosen(row_count(), true);
  for (const auto& [name, wanted] : filter) {
    const Expected<std::size_t> column = find(name);
    if (!column) return std::unexpected(column.error());
    for (std::size_t row = 0; row < row_count(); ++row) {
      if (cell(row, *column) != wanted) chosen[row] = false;
    }
  }
  return chosen;
}

Expected<std::vector<double>> Csv::numbers(std::string_view column) const {
  const Expected<std::size_t> index = find(column);
  if (!index) return std::unexpected(index.error());
  std::vector<double> numbers;
  numbers.reserve(row_count());
  RowMistakes mistakes;
  for (std::size_t row = 0; row < row_count(); ++row) {
    const std::optional<double> each = number(row, *index);
    if (!each) mistakes.add([&] { return not_a_number(row, *index); });
    numbers.push_back(each.value_or(0));
  }
  if (!mistakes.empty()) return mistakes.error();
  return numbers;
}

Expected<std::vector<Instant>> Csv::instants(std::string_view column) const {
  const Expected<std::size_t> index = find(column);
  if (!index) return std::unexpected(index.error());
  std::vector<Instant> instants;
  instants.reserve(row_count());
  RowMistakes mistakes;
  for (std::size_t row = 0; row < row_count(); ++row) {
    const std::string_view text = without_spaces(cell(row, *index));
    Expected<Instant> at = parse_instant(text);
    if (!at) at = parse_instant(fmt::format("{}Z", text));
    if (!at) {
      mistakes.add([&] {
        return error(row, *index,
                     fmt::format("expected a time in column '{}', found '{}'", column, text));
      });
    }
    instants.push_back(at.value_or(Instant{}));
  }
  if (!mistakes.empty()) return mistakes.error();
  return instants;
}

std::string in_file(std::string_view file, std::string_view message) {
  if (!message.starts_with(':')) return fmt::format("in '{}', {}", file, message);
  std::string text;
  for (const char c : message) {
    const bool begins_line = text.empty() || text.back() == '\n';
    if (begins_line && c == ':') text += file;
    text += c;
  }
  return text;
}

}  // namespace gnomon::scenarios
