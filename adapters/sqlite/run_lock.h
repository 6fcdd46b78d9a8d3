#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "engine/base/error.h"

namespace gnomon::adapters {

/// Says that this process runs the run of a record, for as long as it lives: a lock on the file
/// "<record>.lock" beside the record itself, whatever links lead to it, which the system gives up
/// when the process dies. Tokens (Store::open) keep two
/// owners of a shard apart; this keeps a person from starting the second, and tells who sends a
/// command whether anybody is there to answer.
class RunLock {
 public:
  /// kInvalid, with the number of the process, if another one holds it.
  static Expected<RunLock> take(const std::string& record);
  /// The process that runs the record; none if nobody does.
  static std::optional<pid_t> holder(const std::string& record);

  /// Gives it up, and removes the file.
  ~RunLock();
  RunLock(RunLock&& other) noexcept;
  RunLock& operator=(RunLock&&) = delete;

 private:
  RunLock(std::string path, int file) : path_(std::move(path)), file_(file) {}

  std::string path_;
  int file_ = -1;
};

}  // namespace gnomon::adapters
