#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/error.h"

namespace gnomon::adapters {

/// A regular file that grows by whole lines. Used by one thread at a time.
///
/// Always holds: an append is there whole or not at all, but for a crash of the machine; a line
/// that a crash left half written is taken away by the next open().
class LineFile {
 public:
  /// Creates the file if it is not there; the folder must be. kInvalid: not a regular file, or not
  /// to be opened.
  static Expected<LineFile> open(const std::string& path);
  LineFile(LineFile&& other) noexcept;
  LineFile& operator=(LineFile&& other) noexcept;
  ~LineFile();

  /// `lines` end with a newline each. kMayHaveHappened if a part could not be taken back.
  Expected<void> append(std::string_view lines);
  /// Makes what was appended survive a crash of the machine.
  Expected<void> sync();

 private:
  explicit LineFile(int descriptor) : descriptor_(descriptor) {}
  Expected<void> drop_half_line();

  int descriptor_ = -1;
};

}  // namespace gnomon::adapters
