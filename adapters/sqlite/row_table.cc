#include "adapters/sqlite/row_table.h"

#include <new>

namespace gnomon::adapters {

/// The callbacks of SQLite's module interface.
struct RowTableModule {
  struct Table : sqlite3_vtab {
    explicit Table(const RowTable* its_rows) : sqlite3_vtab{}, rows(its_rows) {}
    const RowTable* rows;
  };
  struct Cursor : sqlite3_vtab_cursor {
    Cursor() : sqlite3_vtab_cursor{} {}
    std::size_t at = 0;
  };
  static const RowTable& rows_of(sqlite3_vtab_cursor* cursor) {
    return *static_cast<Table*>(cursor->pVtab)->rows;
  }

  static int connect(sqlite3* database, void* rows, int, const char* const*, sqlite3_vtab** table,
                     char**) {
    const auto* source = static_cast<const RowTable*>(rows);
    const int code = sqlite3_declare_vtab(database, source->declaration_.c_str());
    if (code != SQLITE_OK) return code;
    *table = new (std::nothrow) Table(source);
    return *table == nullptr ? SQLITE_NOMEM : SQLITE_OK;
  }
  static int disconnect(sqlite3_vtab* table) {
    delete static_cast<Table*>(table);
    return SQLITE_OK;
  }
  static int best_index(sqlite3_vtab*, sqlite3_index_info*) { return SQLITE_OK; }
  static int open(sqlite3_vtab*, sqlite3_vtab_cursor** cursor) {
    *cursor = new (std::nothrow) Cursor;
    return *cursor == nullptr ? SQLITE_NOMEM : SQLITE_OK;
  }
  static int close(sqlite3_vtab_cursor* cursor) {
    delete static_cast<Cursor*>(cursor);
    return SQLITE_OK;
  }
  static int filter(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value**) {
    static_cast<Cursor*>(cursor)->at = 0;
    return SQLITE_OK;
  }
  static int next(sqlite3_vtab_cursor* cursor) {
    ++static_cast<Cursor*>(cursor)->at;
    return SQLITE_OK;
  }
  static int eof(sqlite3_vtab_cursor* cursor) {
    return static_cast<Cursor*>(cursor)->at >= rows_of(cursor).count_ ? 1 : 0;
  }
  static int column(sqlite3_vtab_cursor* cursor, sqlite3_context* out, int number) {
    const RowTable& rows = rows_of(cursor);
    const std::size_t at = static_cast<Cursor*>(cursor)->at;
    const std::size_t place = rows.places_.empty() ? at : rows.places_[at];
    rows.columns_.sources[static_cast<std::size_t>(number)](out, rows.rows_ + place * rows.stride_);
    return SQLITE_OK;
  }
  static int rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* id) {
    *id = static_cast<sqlite3_int64>(static_cast<Cursor*>(cursor)->at);
    return SQLITE_OK;
  }

  static const sqlite3_module* module() {
    static const sqlite3_module kModule = [] {
      sqlite3_module made{};
      made.xConnect = connect;  // no xCreate: eponymous only
      made.xBestIndex = best_index;
      made.xDisconnect = disconnect;
      made.xOpen = open;
      made.xClose = close;
      made.xFilter = filter;
      made.xNext = next;
      made.xEof = eof;
      made.xColumn = column;
      made.xRowid = rowid;
      return made;
    }();
    return &kModule;
  }
};

Expected<std::unique_ptr<RowTable>> RowTable::create(Database& database, const std::string& name,
                                                     ColumnList columns) {
  std::unique_ptr<RowTable> table(new RowTable);
  table->columns_ = columns;
  for (const char* column : columns.names) {
    table->declaration_ += table->declaration_.empty() ? "CREATE TABLE x(" : ", ";
    table->declaration_ += column;
  }
  table->declaration_ += ")";
  const int code =
      sqlite3_create_module(database.handle(), name.c_str(), RowTableModule::module(), table.get());
  if (code != SQLITE_OK)
    return fail(error_kind(code, Stage::kWork), sqlite3_errmsg(database.handle()));
  return table;
}

void RowTable::show(const void* rows, std::size_t count, std::size_t stride,
                    std::span<const std::uint32_t> places) {
  rows_ = static_cast<const char*>(rows);
  count_ = count;
  stride_ = stride;
  places_ = places;
}

}  // namespace gnomon::adapters
