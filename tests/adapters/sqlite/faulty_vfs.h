#pragma once

#include <sqlite3.h>

#include <string>

namespace gnomon::adapters {

/// The default VFS with a disk that can be told to fail, registered as "faulty" while it lives.
/// Only one at a time.
class FaultyVfs {
 public:
  FaultyVfs();
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  static std::string name() { return "faulty"; }
  /// The write, or the sync, that comes after so many more gives this code of SQLite, and all that
  /// follow do too, until mend().
  void fail_write(int after, int code);
  void fail_sync(int after, int code);
  void mend();
};

}  // namespace gnomon::adapters
