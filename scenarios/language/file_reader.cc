#include "scenarios/language/file_reader.h"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace gnomon::scenarios {
namespace {

std::unexpected<Error> too_long(std::size_t limit) {
  return invalid(fmt::format("it is longer than {} bytes", limit));
}

}  // namespace

Expected<std::string> DiskFiles::read(const std::string& path, std::size_t limit) const {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return invalid("it is a directory");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return invalid(errno == 0 ? "it cannot be opened" : std::generic_category().message(errno));
  std::string text;
  std::string block(std::size_t{1} << 16, '\0');
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0) {
    text.append(block, 0, static_cast<std::size_t>(file.gcount()));
    if (text.size() > limit) return too_long(limit);
  }
  if (file.bad()) return invalid("it cannot be read");
  return text;
}

Expected<std::string> MemoryFiles::read(const std::string& path, std::size_t limit) const {
  const auto found = files_.find(path);
  if (found == files_.end()) return invalid(std::generic_category().message(ENOENT));
  if (found->second.size() > limit) return too_long(limit);
  return found->second;
}

}  // namespace gnomon::scenarios
