#include "tests/adapters/sqlite/faulty_vfs.h"

#include <atomic>
#include <climits>

namespace gnomon::adapters {
namespace {

struct Fault {
  std::atomic<int> left = INT_MAX;
  std::atomic<int> code = SQLITE_OK;
  int strike() { return left.fetch_sub(1) <= 0 ? code.load() : SQLITE_OK; }
  void set(int after, int with) {
    code = with;
    left = after;
  }
};
Fault write_fault;
Fault sync_fault;

/// SQLite allocates this, followed by the default VFS's own file.
struct File : sqlite3_file {
  sqlite3_file* inner() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
sqlite3_file* inner(sqlite3_file* file) {
  return static_cast<File*>(file)->inner();
}

int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 at) {
  if (const int code = write_fault.strike(); code != SQLITE_OK) return code;
  return inner(file)->pMethods->xWrite(inner(file), bytes, count, at);
}
int sync(sqlite3_file* file, int flags) {
  if (const int code = sync_fault.strike(); code != SQLITE_OK) return code;
  return inner(file)->pMethods->xSync(inner(file), flags);
}

#define PASS_ON(name, parameters, ...)                                          \
  [](sqlite3_file* file parameters) {                                           \
    return inner(file)->pMethods->name(inner(file) __VA_OPT__(, ) __VA_ARGS__); \
  }
#define COMMA ,

const sqlite3_io_methods kMethods = {
    2,
    PASS_ON(xClose, ),
    PASS_ON(xRead, COMMA void* bytes COMMA int count COMMA sqlite3_int64 at, bytes, count, at),
    write,
    PASS_ON(xTruncate, COMMA sqlite3_int64 size, size),
    sync,
    PASS_ON(xFileSize, COMMA sqlite3_int64* size, size),
    PASS_ON(xLock, COMMA int level, level),
    PASS_ON(xUnlock, COMMA int level, level),
    PASS_ON(xCheckReservedLock, COMMA int* result, result),
    PASS_ON(xFileControl, COMMA int operation COMMA void* argument, operation, argument),
    PASS_ON(xSectorSize, ),
    PASS_ON(xDeviceCharacteristics, ),
    PASS_ON(xShmMap, COMMA int page COMMA int size COMMA int extend COMMA void volatile** memory,
            page, size, extend, memory),
    PASS_ON(xShmLock, COMMA int offset COMMA int count COMMA int flags, offset, count, flags),
    PASS_ON(xShmBarrier, ),
    PASS_ON(xShmUnmap, COMMA int remove, remove),
    nullptr,
    nullptr};

sqlite3_vfs* base() {
  return sqlite3_vfs_find(nullptr);
}

int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  file->pMethods = nullptr;
  const int code = base()->xOpen(base(), name, inner(file), flags, flags_out);
  if (code == SQLITE_OK) file->pMethods = &kMethods;
  return code;
}

sqlite3_vfs vfs;

}  // namespace

FaultyVfs::FaultyVfs() {
  vfs = *base();
  vfs.zName = "faulty";
  vfs.pNext = nullptr;
  vfs.szOsFile = static_cast<int>(sizeof(File)) + base()->szOsFile;
  vfs.xOpen = open;
  mend();
  sqlite3_vfs_register(&vfs, 0);
}
FaultyVfs::~FaultyVfs() {
  sqlite3_vfs_unregister(&vfs);
}

void FaultyVfs::fail_write(int after, int code) {
  write_fault.set(after, code);
}
void FaultyVfs::fail_sync(int after, int code) {
  sync_fault.set(after, code);
}
void FaultyVfs::mend() {
  write_fault.set(INT_MAX, SQLITE_OK);
  sync_fault.set(INT_MAX, SQLITE_OK);
}

}  // namespace gnomon::adapters
