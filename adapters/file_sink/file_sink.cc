#include "adapters/file_sink/file_sink.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace gnomon::adapters {
namespace {

std::unexpected<Error> cannot(const char* what, const std::string& path) {
  return fail(ErrorKind::kMayHaveHappened, fmt::format("cannot {} {}: {}", what, path, std::strerror(errno)));
}

}  // namespace

Expected<std::unique_ptr<FileSink>> FileSink::open(const Options& options, Inbox& router) {
  const int descriptor = ::open(options.path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return invalid(fmt::format("cannot open {}: {}", options.path, std::strerror(errno)));
  }
  return std::unique_ptr<FileSink>(new FileSink(options.path, descriptor, router));
}

FileSink::~FileSink() { ::close(descriptor_); }

Expected<void> FileSink::append(const Delivery& delivery) {
  std::string lines;
  for (const Payload& event : delivery.events) {
    lines += event.json();
    lines += '\n';
  }
  std::size_t written = 0;
  while (written < lines.size()) {
    const ssize_t n = ::write(descriptor_, lines.data() + written, lines.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return cannot("write to", path_);
    written += static_cast<std::size_t>(n);
  }
  if (::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) return cannot("sync", path_);
  return {};
}

void FileSink::deliver(Delivery delivery) {
  Expected<void> result = append(delivery);
  router_.post(Delivered{std::move(delivery.subscriber), delivery.upto, std::move(result)});
}

}  // namespace gnomon::adapters
