#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sqlite/database.h"
#include "engine/record/rows.h"

namespace gnomon::adapters {

/// The way into a run from another process: the table `command` of its record. Whoever sends puts
/// in a row; the process that runs the record looks for rows without an answer, carries them out,
/// and its store writes the answer in the transaction of what the command did (Commit::answered).
///
/// Always holds: a command that send() gave a number is durable, and is answered once, however
/// often the process that runs the record dies. One thread at a time; nothing is locked but for the
/// moment of a send().
class Mailbox {
 public:
  static constexpr std::size_t kMaxNameBytes = 1024;  ///< of a name, a key, a tenant
  static constexpr std::size_t kMaxPayloadBytes = 1 << 20;
  static constexpr std::size_t kMaxLabelsBytes = 64 << 10;
  static constexpr std::int64_t kMaxOpen = 10'000;  ///< commands without an answer

  /// The mailbox of an existing record, which is brought up if it is of an older version. kInvalid
  /// if it is not a record, or of a newer version.
  static Expected<Mailbox> open(const std::string& path);
  /// Removes the record with all its files, unless a command waits in it: then it stays, and the
  /// result is false. A command that is sent meanwhile is seen here, or its send() fails.
  static Expected<bool> remove_unless_waiting(const std::string& path);

  /// Puts in a command; number and answer of `row` are not looked at. When this returns its number,
  /// it survives a crash of the machine. kInvalid: too large, or too many wait; kDidNotHappen:
  /// others have written all the time, or the record was removed.
  Expected<std::uint64_t> send(const CommandRow& row);
  /// A command, with its answer if it has one.
  Expected<std::optional<CommandRow>> find(std::uint64_t number);

  /// False if nobody has written to the record since the last call; costs a look into the log's
  /// index.
  Expected<bool> changed();
  /// Commands without an answer, in the order of their numbers, from after `number` on.
  Expected<std::vector<CommandRow>> unanswered(std::uint64_t after, std::size_t limit);

 private:
  Mailbox() = default;
  Expected<void> prepare();
  Expected<std::uint64_t> insert(const CommandRow& row);

  std::string path_;
  Database database_;
  Statement begin_, commit_, data_version_, find_, unanswered_, insert_;
  std::int64_t seen_ = -1;
};

}  // namespace gnomon::adapters
