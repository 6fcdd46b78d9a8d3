#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "adapters/sqlite/database.h"

/// The tables and views of a run record, and of a store: they are the same. docs: docs/RECORD.md.

namespace gnomon::adapters {

/// "GNOM" in `PRAGMA application_id`, by which file(1) and gnomon know the format.
inline constexpr std::int64_t kApplicationId = 0x474e4f4d;

/// One step to a newer schema: the SQL that makes version n+1 out of version n, n being its place
/// in the list. The list only ever grows: a step that was released is never edited.
struct Migration {
  const char* sql;
};
std::span<const Migration> migrations();

/// The version this program writes.
std::int64_t schema_version();

/// Brings an empty file, or one of an older version, to the last version of `steps`, in one
/// transaction. A file that is not a record, or is of a newer version, is left as it is: kInvalid.
Expected<void> migrate(Database& database, std::span<const Migration> steps);

/// The oldest version whose tables reports can read as they are. A step that changes a table which
/// they read raises it.
inline constexpr std::int64_t kOldestReadable = 1;

/// Records of older versions have no table `command`.
inline constexpr std::int64_t kFirstWithCommands = 3;
/// In those of older versions, the table `runtime` has no `workers`.
inline constexpr std::int64_t kFirstWithWorkers = 5;

/// Whether the file is a record of a version from kOldestReadable to this program's, whose tables
/// are what they should be: a view in the place of a table could run for ever. Reads a few pages
/// only. kInvalid otherwise, said in the user's words.
Expected<void> check_schema(Database& database);

}  // namespace gnomon::adapters
