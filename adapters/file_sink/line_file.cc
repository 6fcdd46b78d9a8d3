#include "adapters/file_sink/line_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace gnomon::adapters {
namespace {

std::unexpected<Error> failed(ErrorKind kind, std::string_view what) {
  return fail(kind, fmt::format("{}: {}", what, std::strerror(errno)));
}

}  // namespace

Expected<LineFile> LineFile::open(const std::string& path) {
  // Without O_NONBLOCK, opening a pipe would wait for its reader.
  const int descriptor =
      ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0644);
  if (descriptor < 0) return failed(ErrorKind::kInvalid, path);
  LineFile file(descriptor);
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) return failed(ErrorKind::kInvalid, path);
  if (!S_ISREG(status.st_mode)) return invalid(fmt::format("{}: is not a regular file", path));
  if (auto dropped = file.drop_half_line(); !dropped) return std::unexpected(dropped.error());
  return file;
}

LineFile::LineFile(LineFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
LineFile& LineFile::operator=(LineFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}
LineFile::~LineFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Expected<void> LineFile::drop_half_line() {
  off_t end = ::lseek(descriptor_, 0, SEEK_END);
  const off_t size = end;
  std::array<char, 4096> block;
  while (end > 0) {
    const auto wanted = std::min<off_t>(end, block.size());
    const ssize_t got =
        ::pread(descriptor_, block.data(), static_cast<std::size_t>(wanted), end - wanted);
    if (got != wanted) return failed(ErrorKind::kInvalid, "cannot read the end of the file");
    const std::string_view text(block.data(), static_cast<std::size_t>(got));
    if (const auto newline = text.rfind('\n'); newline != std::string_view::npos) {
      end = end - wanted + static_cast<off_t>(newline) + 1;
      break;
    }
    end -= wanted;
  }
  if (end != size && ::ftruncate(descriptor_, end) != 0) {
    return failed(ErrorKind::kInvalid, "cannot take away half a line");
  }
  return {};
}

Expected<void> LineFile::append(std::string_view lines) {
  const off_t before = ::lseek(descriptor_, 0, SEEK_END);
  while (!lines.empty()) {
    const ssize_t written = ::write(descriptor_, lines.data(), lines.size());
    if (written >= 0) {
      lines.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      const int why = errno;
      const bool undone = before >= 0 && ::ftruncate(descriptor_, before) == 0;
      errno = why;
      return failed(undone ? ErrorKind::kDidNotHappen : ErrorKind::kMayHaveHappened, "write");
    }
  }
  return {};
}

Expected<void> LineFile::sync() {
  if (::fdatasync(descriptor_) != 0) return failed(ErrorKind::kMayHaveHappened, "fdatasync");
  return {};
}

}  // namespace gnomon::adapters
