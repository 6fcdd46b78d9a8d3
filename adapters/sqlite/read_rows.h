#pragma once

#include <utility>
#include <vector>

#include "adapters/sqlite/columns.h"

namespace gnomon::adapters {

/// The error of a row that no gnomon can have written.
std::unexpected<Error> damaged(const Statement& statement);

/// Hands each row of `statement` to `take(Row&&)`, which may return false to stop.
template <typename Row, typename Take>
Expected<void> for_each_row(Statement& statement, Take take) {
  while (true) {
    const auto found = statement.step();
    if (!found) return std::unexpected(found.error());
    if (!*found) return {};
    Row row;
    if (!read_row(statement, 0, row)) return damaged(statement);
    if (!take(std::move(row))) {
      statement.reset();
      return {};
    }
  }
}

template <typename Row>
Expected<std::vector<Row>> all_rows(Statement& statement) {
  std::vector<Row> rows;
  auto done = for_each_row<Row>(statement, [&](Row&& row) {
    rows.push_back(std::move(row));
    return true;
  });
  if (!done) return std::unexpected(done.error());
  return rows;
}

}  // namespace gnomon::adapters
