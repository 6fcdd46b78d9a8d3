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

  /// The mailbox of an existing record, which is brought up if it is of an older version and nobody
  /// else runs it. kInvalid if it is not a record, of a newer version, or of an older one and run
  /// by another process.
  static Expected<Mailbox> open(const std::string& path);

  /// What has become of a record whose name another one is to have.
  struct Fate {
    bool stays = false;   ///< a command waits in it
    std::string kept_as;  ///< its name now; "" if it was removed
  };
  /// Makes way for another record of that name. One of the real world cannot be made again, so it
  /// gets a name that is free ("run.1.db" for "run.db"); any other is removed with all its files;
  /// one in which a command waits stays. A command that is sent meanwhile is seen here, or its
  /// send() fails.
  static Expected<Fate> make_way(const std::string& path);

  /// Puts in a command; number and answer of `row` are not looked at. When this returns its number,
  /// it survives a crash of the machine. An event under a key that was published before, and not
  /// refused, is that command. kInvalid: too large, or too many wait; kDidNotHappen: others have
  /// written all the time, or the record was removed.
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
  Expected<void> bring_up();
  Expected<std::uint64_t> published(const CommandRow& row);
  Expected<std::uint64_t> insert(const CommandRow& row);

  std::string path_;
  Database database_;
  Statement begin_, commit_, data_version_, find_, unanswered_, published_, insert_;
  std::int64_t seen_ = -1;
};

}  // namespace gnomon::adapters
