#include "adapters/sqlite/database.h"

#include <fmt/format.h>

#include <filesystem>

namespace gnomon::adapters {
namespace {

std::unexpected<Error> failure(sqlite3* handle, int code, Stage stage) {
  return fail(error_kind(code, stage),
              fmt::format("SQLite: {} ({})", sqlite3_errmsg(handle), sqlite3_errstr(code)));
}

}  // namespace

ErrorKind error_kind(int code, Stage stage) {
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_INTERRUPT:
    case SQLITE_PROTOCOL:
      return ErrorKind::kDidNotHappen;
    case SQLITE_IOERR:
      return stage == Stage::kCommit ? ErrorKind::kMayHaveHappened : ErrorKind::kDidNotHappen;
    case SQLITE_NOTADB:
      return ErrorKind::kInvalid;
    default:
      return ErrorKind::kCannotHappen;
  }
}

std::string without_links(const std::string& path) {
  constexpr int kMostLinks = 40;  // as Linux has it
  std::error_code error;
  std::filesystem::path file = path;
  for (int i = 0; i < kMostLinks && std::filesystem::is_symlink(file, error); ++i) {
    file = file.parent_path() / std::filesystem::read_symlink(file, error);
  }
  const auto canonical = std::filesystem::weakly_canonical(file, error);
  return error ? path : canonical.string();
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  sqlite3_bind_int64(handle(), parameter + 1, value);
  return *this;
}
Statement& Statement::bind(int parameter, double value) {
  sqlite3_bind_double(handle(), parameter + 1, value);
  return *this;
}
Statement& Statement::bind(int parameter, std::string_view text) {
  sqlite3_bind_text64(handle(), parameter + 1, text.data() == nullptr ? "" : text.data(),
                      text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}
Statement& Statement::bind_null(int parameter) {
  sqlite3_bind_null(handle(), parameter + 1);
  return *this;
}

Expected<bool> Statement::step(Stage stage) {
  const int code = sqlite3_step(handle());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(handle());
    return false;
  }
  sqlite3* database = sqlite3_db_handle(handle());
  const auto error = failure(database, sqlite3_extended_errcode(database), stage);
  sqlite3_reset(handle());
  return error;
}

Expected<void> Statement::run(Stage stage) {
  while (true) {
    const Expected<bool> row = step(stage);
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
  }
}

void Statement::reset() {
  sqlite3_reset(handle());
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle(), column) == SQLITE_NULL;
}
std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle(), column);
}
double Statement::real(int column) const {
  return sqlite3_column_double(handle(), column);
}
std::string_view Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle(), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle(), column))};
}

Expected<Database> Database::open(const std::string& path, const Options& options) {
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  std::string name = path;
  switch (options.access) {
    case Access::kReadOnly:
      flags |= SQLITE_OPEN_READONLY;
      break;
    case Access::kReadWrite:
      flags |= SQLITE_OPEN_READWRITE;
      break;
    case Access::kCreate:
      flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
      break;
  }
  if (options.immutable) {
    flags |= SQLITE_OPEN_URI;
    name = "file:";
    for (const char c : path) {
      if (c == '?' || c == '#' || c == '%') {
        name += fmt::format("%{:02x}", static_cast<unsigned>(c));
      } else {
        name += c;
      }
    }
    name += "?immutable=1";
  }
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &handle, flags,
                                   options.vfs.empty() ? nullptr : options.vfs.c_str());
  Database database;
  database.handle_.reset(handle);
  if (code != SQLITE_OK) {
    return fail(error_kind(code, Stage::kWork),
                fmt::format("{}: {}", path,
                            handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle)));
  }
  sqlite3_busy_timeout(handle, options.busy_timeout_ms);
  return database;
}

Expected<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
  if (code != SQLITE_OK) return failure(handle_.get(), code, Stage::kWork);
  Statement statement;
  statement.handle_.reset(handle);
  return statement;
}

Expected<void> Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failure(handle_.get(), code, Stage::kWork);
  return {};
}

Expected<std::int64_t> Database::number(std::string_view sql) {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  return *row ? statement->integer(0) : 0;
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(handle_.get()) == 0;
}

bool Database::has_moved() const {
  int moved = 0;
  sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

void Database::rollback() {
  if (in_transaction()) sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

}  // namespace gnomon::adapters
