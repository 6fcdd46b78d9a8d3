#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

#include "engine/base/error.h"

namespace gnomon::adapters {

/// When a call to SQLite failed, for the sorting of its error.
enum class Stage : std::uint8_t {
  kWork,    ///< before COMMIT: whatever failed, the transaction is undone
  kCommit,  ///< in COMMIT: a failing disk leaves it open whether the commit is there after a crash
};

/// Sorts a result code of SQLite into the engine's kinds of errors: full, busy, out of memory: did
/// not happen; a failing disk in COMMIT: may have happened; a file that is not ours, corrupt or
/// read-only: cannot happen. https://www.sqlite.org/rescode.html
ErrorKind error_kind(int code, Stage stage);

/// One prepared statement of a Database, which must outlive it. Parameters and columns count from
/// 0.
///
/// Always holds: text that is bound is not copied, so it must live until reset(). A failure of bind
/// shows in step().
class Statement {
 public:
  Statement() = default;

  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, double value);
  Statement& bind(int parameter, std::string_view text);
  Statement& bind_null(int parameter);

  /// True: a row is there to be read. False: done, and the statement is reset.
  Expected<bool> step(Stage stage = Stage::kWork);
  /// For statements without rows: steps to the end.
  Expected<void> run(Stage stage = Stage::kWork);
  void reset();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  /// Valid until the next step.
  std::string_view text(int column) const;
  sqlite3_stmt* handle() const { return handle_.get(); }

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

/// The file itself, also one that is not there yet, whatever symbolic links lead to it: as SQLite
/// follows them to name the files beside it (path-wal).
std::string without_links(const std::string& path);

/// One connection to one SQLite file. Used by one thread at a time.
class Database {
 public:
  enum class Access : std::uint8_t { kReadOnly, kReadWrite, kCreate };
  struct Options {
    Access access = Access::kCreate;
    std::string vfs;          ///< "" is SQLite's default
    int busy_timeout_ms = 0;  ///< how long to wait for another process that writes
    bool immutable = false;   ///< read-only media: no lock is taken, nobody may write
  };
  static Expected<Database> open(const std::string& path, const Options& options);

  Expected<Statement> prepare(std::string_view sql);
  /// Runs statements that have no parameters; rows are passed over.
  Expected<void> execute(const std::string& sql);
  /// The first column of the first row as a number; 0 if there is none.
  Expected<std::int64_t> number(std::string_view sql);
  /// True between BEGIN and COMMIT or ROLLBACK.
  bool in_transaction() const;
  /// Undoes the open transaction, if there is one.
  void rollback();
  /// True if the path by which the file was opened leads to another file by now, or to none.
  bool has_moved() const;
  sqlite3* handle() const { return handle_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace gnomon::adapters
