#include "adapters/process/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>

namespace gnomon::adapters {
namespace {

ErrorKind kind_of(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
    case EISDIR:
    case EACCES:
    case EPERM:
    case EROFS:
    case E2BIG:
    case ENAMETOOLONG:
    case ELOOP:
    case ENOEXEC:
    case EINVAL:
    case ENOSYS:
      return ErrorKind::kCannotHappen;
    default:
      return ErrorKind::kDidNotHappen;
  }
}

}  // namespace

Error system_error(int number, std::string_view what) {
  const char* description = strerrordesc_np(number);
  return {kind_of(number), description == nullptr ? fmt::format("{}: error {}", what, number)
                                                  : fmt::format("{}: {}", what, description)};
}

void Descriptor::close() {
  // Not tried again after EINTR: Linux has closed it all the same.
  if (number_ >= 0) ::close(std::exchange(number_, -1));
}

Expected<Pipe> make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return std::unexpected(system_error(errno, "cannot make a pipe"));
  }
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

Expected<Descriptor> make_input(std::string_view text) {
  const auto failed = [] {
    return std::unexpected(system_error(errno, "cannot make a process's input"));
  };
  if (text.empty()) {
    Descriptor nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!nothing) return failed();
    return nothing;
  }
  // A file in memory, unlike a pipe, takes all of the text at once and needs nobody to feed it.
  Descriptor file(memfd_create("input", MFD_CLOEXEC));
  if (!file) return failed();
  while (!text.empty()) {
    const ssize_t written = write(file.get(), text.data(), text.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return failed();
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (lseek(file.get(), 0, SEEK_SET) != 0) return failed();
  return file;
}

Descriptor process_descriptor(pid_t pid) {
  // Not glibc's function: 2.36 declares it for C only.
  return Descriptor(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
}

Expected<void> reserve_standard_descriptors() {
  while (true) {
    const int number = open("/dev/null", O_RDWR);
    if (number < 0) return std::unexpected(system_error(errno, "cannot open /dev/null"));
    if (number > STDERR_FILENO) {
      ::close(number);
      return {};
    }
  }
}

bool wait_readable(int descriptor, int milliseconds) {
  using Steady = std::chrono::steady_clock;
  const auto until = Steady::now() + std::chrono::milliseconds(milliseconds);
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Steady::now()).count();
    pollfd watched{.fd = descriptor, .events = POLLIN, .revents = 0};
    const int ready = poll(&watched, 1, left > 0 ? static_cast<int>(left) : 0);
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

}  // namespace gnomon::adapters
