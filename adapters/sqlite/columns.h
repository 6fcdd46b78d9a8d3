#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <span>
#include <string>

#include "adapters/sqlite/database.h"
#include "engine/record/rows.h"

/// How each row of the record lies in the columns of its table: one list for each kind of row, from
/// which both directions are made. Enumerations stand as their words ("FINISHED", "succeeded", NULL
/// for none), instants as nanoseconds since 1970 (NULL for unset, and for "never" where that is the
/// usual), empty payloads as NULL.

namespace gnomon::adapters {

/// Hands one column of a row to SQLite, without copying text: the row outlives the statement that
/// reads it.
using ColumnSource = void (*)(sqlite3_context* out, const void* row);

struct ColumnList {
  std::span<const char* const> names;
  std::span<const ColumnSource> sources;
};

/// The columns of a row type, in the order of its table (without the shard, where the table has
/// one).
template <typename Row>
ColumnList columns();

/// Reads the row that `statement` stands on, whose columns from `first` on are those of
/// columns<Row>(). False: a value is out of its range or not one of the words, as only a damaged
/// file has it; `row` is then half filled.
template <typename Row>
bool read_row(const Statement& statement, int first, Row& row);

/// "id, definition, tenant, ..."; with a prefix "workflow.id, workflow.definition, ...".
template <typename Row>
std::string column_names(const std::string& prefix = {}) {
  std::string text;
  for (const char* name : columns<Row>().names) {
    if (!text.empty()) text += ", ";
    text += prefix;
    text += name;
  }
  return text;
}

}  // namespace gnomon::adapters
