#include "scenarios/cli/listing.h"

#include <fmt/format.h>
#include <unistd.h>

#include "engine/base/ensure.h"
#include "engine/expressions/json.h"
#include "reports/summary/summary_text.h"
#include "reports/text/escape.h"
#include "reports/text/units.h"
#include "scenarios/cli/record_input.h"
#include "scenarios/cli/scenario_input.h"

namespace gnomon::cli {
namespace {

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

constexpr std::size_t kFlushBytes = 64 << 10;

}  // namespace

Cell::Cell(Instant at, Ink ink) : ink_(ink) {
  if (at != kUnset) value_ = at;
}

Cell Cell::unless_empty(std::string_view text, Ink ink) {
  return text.empty() ? Cell{} : Cell{text, ink};
}

Cell Cell::json(const Payload& payload) {
  Cell cell;
  if (payload.empty()) return cell;
  auto parsed = canonical_json(payload.text());
  if (!parsed) return Cell{payload.text()};
  cell.value_ = std::move(*parsed);
  return cell;
}

Cell Cell::between(Instant from, Instant to) {
  return from == kUnset || to == kUnset ? Cell{} : Cell{to - from};
}

Cell Cell::workflow(WorkflowId id) {
  return id == WorkflowId::kNone ? Cell{} : Cell{workflow_label(id)};
}

Cell Cell::state(const WorkflowRow& row) {
  const bool paused = row.phase == WorkflowPhase::kPaused;
  return {reports::word_of(row), paused ? Ink::kWarning : ink_of(reports::state_of(row))};
}

Cell Cell::state(const NodeRow& row) {
  return {reports::word_of(row), ink_of(reports::state_of(row))};
}

reports::Table::Cell Cell::to_text() const {
  const auto text =
      std::visit(Overloaded{[](std::monostate) { return std::string{}; },
                            [](const std::string& value) { return reports::clean(value); },
                            [](std::uint64_t number) { return fmt::to_string(number); },
                            [](double number) { return fmt::to_string(number); },
                            [](Instant at) { return reports::iso_time(at); },
                            [](Duration length) { return reports::human(length); },
                            [](const Payload& json) { return reports::clean(json.text()); }},
                 value_);
  return {text, ink_};
}

void Cell::to_json(reports::JsonWriter& json) const {
  std::visit(Overloaded{[&](std::monostate) { json.null(); },
                        [&](const std::string& text) { json.value(text); },
                        [&](std::uint64_t number) { json.value(number); },
                        [&](double number) { json.value(number); },
                        [&](Instant at) { json.value(reports::iso_time(at)); },
                        [&](Duration length) { json.raw(reports::decimal_seconds(length)); },
                        [&](const Payload& payload) { json.raw(payload.json()); }},
             value_);
}

Listing::Listing(const ShowArguments& arguments, std::string_view format)
    : is_json_(arguments.json), max_rows_(arguments.max_rows()) {
  if (is_json_) json_.begin_object().member("format", format);
}

void Listing::line(const std::string& text) {
  if (!is_json_) write_output("-", text + "\n");
}

void Listing::fact(const Column& column, const Cell& cell) {
  if (is_json_) {
    if (cell.is_absent()) return;
    cell.to_json(json_.key(column.member));
  } else if (!column.title.empty()) {
    line(fmt::format("  {:<12} {}", column.title, cell.is_absent() ? "-" : cell.to_text().text));
  }
}

void Listing::begin_rows(std::string_view member, std::vector<Column> columns) {
  columns_ = std::move(columns);
  if (is_json_) {
    json_.key(member).begin_array();
    return;
  }
  std::vector<Column::Align> aligns;
  std::vector<std::string> titles;
  for (const Column& column : columns_) {
    if (column.title.empty()) continue;
    aligns.push_back(column.align);
    titles.emplace_back(column.title);
  }
  table_.emplace(std::move(aligns));
  table_->titles(std::move(titles));
}

void Listing::row(const std::vector<Cell>& cells) {
  ENSURE(cells.size() == columns_.size(), "{} cells in {} columns", cells.size(), columns_.size());
  if (is_full()) return;
  ++shown_;
  if (is_json_) {
    json_.begin_object();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].is_absent() || columns_[i].member.empty()) continue;
      cells[i].to_json(json_.key(columns_[i].member));
    }
    json_.end_object();
    flush(kFlushBytes);
    return;
  }
  std::vector<reports::Table::Cell> texts;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (columns_[i].title.empty()) continue;
    const bool dash = cells[i].is_absent() && columns_[i].align == Column::Align::kRight;
    texts.push_back(dash ? reports::Table::Cell{"-"} : cells[i].to_text());
  }
  table_->row(std::move(texts));
}

void Listing::end(std::uint64_t all) {
  if (is_json_) {
    json_.end_array().end_object();
    flush(0);
    return;
  }
  const reports::Style style{reports::wants_colour(STDOUT_FILENO)};
  if (shown_ > 0) write_output("-", table_->print(style));
  if (all > shown_)
    line(fmt::format("  ... and {} more (--limit)", reports::human_count(all - shown_)));
}

void Listing::flush(std::size_t above) {
  if (json_.size() > above) write_output("-", json_.take());
}

}  // namespace gnomon::cli
