#include "adapters/sqlite/run_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <system_error>
#include <thread>
#include <utility>

#include "adapters/sqlite/database.h"

namespace gnomon::adapters {
namespace {

constexpr auto kPause = std::chrono::milliseconds(20);
// A process that was just killed, or one that only looks who holds the lock, is gone by then.
constexpr auto kPatience = std::chrono::seconds(1);

std::string lock_path(const std::string& record) {
  return without_links(record) + ".lock";
}

std::optional<pid_t> read_process(int file) {
  std::array<char, 32> text{};
  const ssize_t size = pread(file, text.data(), text.size(), 0);
  pid_t process = 0;
  if (size <= 0 || std::from_chars(text.data(), text.data() + size, process).ec != std::errc{}) {
    return std::nullopt;
  }
  return process;
}

/// The file may have been removed, and made again, between its opening and its locking.
bool is_at(int file, const std::string& path) {
  struct stat ours{};
  struct stat there{};
  return fstat(file, &ours) == 0 && lstat(path.c_str(), &there) == 0 &&
         ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

}  // namespace

Expected<RunLock> RunLock::take(const std::string& record) {
  const std::string path = lock_path(record);
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (true) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (file < 0) {
      return fail(ErrorKind::kCannotHappen,
                  fmt::format("cannot open {}: {}", path, std::generic_category().message(errno)));
    }
    RunLock lock(path, file);
    if (flock(file, LOCK_EX | LOCK_NB) == 0) {
      if (!is_at(file, path)) continue;
      const std::string process = fmt::format("{}\n", getpid());
      if (ftruncate(file, 0) != 0 ||
          pwrite(file, process.data(), process.size(), 0) != std::ssize(process)) {
        return fail(ErrorKind::kCannotHappen, fmt::format("cannot write {}: {}", path,
                                                          std::generic_category().message(errno)));
      }
      return lock;
    }
    const auto other = read_process(file);
    close(std::exchange(lock.file_, -1));
    if (std::chrono::steady_clock::now() >= until) {
      return invalid(
          fmt::format("{} is being run by process {}: let that one end, or choose another "
                      "record with -o",
                      record, other.value_or(0)));
    }
    std::this_thread::sleep_for(kPause);
  }
}

std::optional<pid_t> RunLock::holder(const std::string& record) {
  const int file = ::open(lock_path(record).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::optional<pid_t> process;
  if (flock(file, LOCK_SH | LOCK_NB) != 0) process = read_process(file).value_or(0);
  close(file);
  return process;
}

RunLock::RunLock(RunLock&& other) noexcept
    : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)) {}

RunLock::~RunLock() {
  if (file_ < 0) return;
  if (is_at(file_, path_)) unlink(path_.c_str());
  close(file_);
}

}  // namespace gnomon::adapters
