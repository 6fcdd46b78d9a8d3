#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/time.h"
#include "engine/record/rows.h"
#include "reports/text/json_writer.h"
#include "reports/text/table.h"
#include "scenarios/cli/show.h"

namespace gnomon::cli {

/// A value that is shown: to people in the shortest form that says it, to programs exactly (an
/// Instant as ISO 8601, a Duration in seconds). What is absent, or has not happened, is "-" in a
/// column of numbers and nothing elsewhere; JSON leaves it out.
class Cell {
 public:
  using Ink = reports::Ink;

  Cell() = default;
  Cell(std::string_view text, Ink ink = Ink::kPlain) : value_(std::string{text}), ink_(ink) {}
  Cell(std::unsigned_integral auto number) : value_(std::uint64_t{number}) {}
  Cell(std::floating_point auto number) : value_(double{number}) {}
  Cell(Instant at, Ink ink = Ink::kPlain);
  Cell(Duration length) : value_(length) {}
  /// `text`, or absent if that is "".
  static Cell unless_empty(std::string_view text, Ink ink = Ink::kPlain);
  /// JSON, or absent; text that is none is given as a string.
  static Cell json(const Payload& payload);
  /// From one instant to another, if both have come.
  static Cell between(Instant from, Instant to);
  static Cell workflow(WorkflowId id);
  static Cell state(const WorkflowRow& row);
  static Cell state(const NodeRow& row);

  bool is_absent() const { return std::holds_alternative<std::monostate>(value_); }
  reports::Table::Cell to_text() const;
  void to_json(reports::JsonWriter& json) const;

 private:
  std::variant<std::monostate, std::string, std::uint64_t, double, Instant, Duration, Payload>
      value_;
  Ink ink_ = Ink::kPlain;
};

/// A member of JSON objects, and what people read above or before it.
struct Column {
  using Align = reports::Table::Align;
  std::string_view title;   ///< "": for programs alone
  std::string_view member;  ///< "": for people alone
  Align align = Align::kLeft;
};

/// Some facts, then rows, printed to stdout for people or for programs from one description of
/// their columns: lines and an aligned table, or `{"format": ..., facts, "<rows>": [...]}`.
/// JSON goes out as it comes, so that a million rows need no memory.
class Listing {
 public:
  Listing(const ShowArguments& arguments, std::string_view format);

  /// A line that only people get.
  void line(const std::string& text);
  void fact(const Column& column, const Cell& cell);
  void begin_rows(std::string_view member, std::vector<Column> columns);
  bool is_full() const { return shown_ == max_rows_; }
  /// A row has a cell for each column. Rows beyond --limit are left out.
  void row(const std::vector<Cell>& cells);
  /// `all`: how many rows there are in truth, those that were left out included.
  void end(std::uint64_t all);

 private:
  void flush(std::size_t above);

  bool is_json_;
  std::size_t max_rows_;
  std::size_t shown_ = 0;
  std::vector<Column> columns_;
  reports::JsonWriter json_{2};
  std::optional<reports::Table> table_;
};

}  // namespace gnomon::cli
