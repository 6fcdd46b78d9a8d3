#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "adapters/sqlite/columns.h"
#include "adapters/sqlite/database.h"

namespace gnomon::adapters {

/// Rows in memory as a table of one connection, so that a whole batch goes into the file by one
/// statement
/// (`REPLACE INTO node SELECT * FROM new_node`): twice as fast as binding them row by row, because
/// SQLite pulls the columns instead of being entered for each row. An eponymous virtual table;
/// https://www.sqlite.org/vtab.html.
class RowTable {
 public:
  /// Makes the table `name` with the given columns, empty. It lives as long as the connection, and
  /// so must this.
  static Expected<std::unique_ptr<RowTable>> create(Database& database, const std::string& name,
                                                    ColumnList columns);
  RowTable(const RowTable&) = delete;
  RowTable& operator=(const RowTable&) = delete;

  /// What the table holds from now on: the given rows, which must stay where they are while
  /// statements read them.
  template <typename Row>
  void show(std::span<const Row> rows) {
    show(rows.data(), rows.size(), sizeof(Row), {});
  }
  /// The same, but only the rows at the given places, in that order.
  template <typename Row>
  void show(std::span<const Row> rows, std::span<const std::uint32_t> places) {
    show(rows.data(), places.size(), sizeof(Row), places);
  }

 private:
  friend struct RowTableModule;
  RowTable() = default;
  void show(const void* rows, std::size_t count, std::size_t stride,
            std::span<const std::uint32_t> places);

  ColumnList columns_;
  std::string declaration_;
  const char* rows_ = nullptr;
  std::size_t count_ = 0;
  std::size_t stride_ = 0;
  std::span<const std::uint32_t> places_;
};

}  // namespace gnomon::adapters
