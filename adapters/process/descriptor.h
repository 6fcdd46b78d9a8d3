#pragma once

#include <sys/types.h>

#include <string_view>
#include <utility>

#include "engine/base/error.h"

namespace gnomon::adapters {

/// An error number of the system as an Error: "cannot start /bin/x: No such file or directory".
/// What is missing, forbidden or too long cannot happen; what ran short (descriptors, memory,
/// processes) did not happen, and may later.
Error system_error(int number, std::string_view what);

/// Owns one file descriptor and closes it. All that this folder opens is closed in children when
/// they start their program (close-on-exec).
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      close();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }
  ~Descriptor() { close(); }

  explicit operator bool() const { return number_ >= 0; }
  int get() const { return number_; }
  void close();

 private:
  int number_ = -1;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};
Expected<Pipe> make_pipe();

/// A descriptor from which `text` can be read, whatever its length; nothing, of an empty text.
Expected<Descriptor> make_input(std::string_view text);

/// A pidfd of a child that nobody has waited for yet: readable when it has ended. Empty, with errno
/// set, if there is none to be had.
Descriptor process_descriptor(pid_t pid);

/// Sees to it that descriptors 0, 1 and 2 are taken, so that none of ours gets their number and is
/// lost when a child's are put in their place.
Expected<void> reserve_standard_descriptors();

/// Waits until `descriptor` is readable; a pidfd is when its process has ended. False: it was not,
/// for that long.
bool wait_readable(int descriptor, int milliseconds);

}  // namespace gnomon::adapters
