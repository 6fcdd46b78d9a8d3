#include "adapters/process/captured_output.h"

#include <fmt/format.h>

#include <algorithm>

namespace gnomon::adapters {

void CapturedOutput::append(std::string_view bytes) {
  total_ += bytes.size();
  const std::size_t room = std::min(head_max_ - head_.size(), bytes.size());
  head_.append(bytes.substr(0, room));
  bytes.remove_prefix(room);
  if (bytes.size() > tail_max_) bytes.remove_prefix(bytes.size() - tail_max_);
  if (tail_.size() + bytes.size() > 2 * tail_max_) tail_.erase(0, tail_.size() - tail_max_);
  tail_ += bytes;
}

std::string_view CapturedOutput::tail() const {
  const std::string_view all = tail_;
  return all.substr(all.size() - std::min(all.size(), tail_max_));
}

std::uint64_t CapturedOutput::dropped_bytes() const {
  return total_ - head_.size() - tail().size();
}

std::string CapturedOutput::text() const {
  std::string text = head_;
  if (const std::uint64_t dropped = dropped_bytes(); dropped > 0) {
    text += fmt::format("\n... {} bytes dropped ...\n", dropped);
  }
  return text += tail();
}

std::string CapturedOutput::last_lines(std::size_t bytes_max, std::size_t lines_max) const {
  std::string all = text();
  all.resize(all.find_last_not_of("\r\n") + 1);  // npos + 1 is 0
  std::size_t begin = all.size() - std::min(all.size(), bytes_max);
  std::size_t line = all.size();
  for (std::size_t lines = 0; lines < lines_max && line != std::string::npos; ++lines) {
    line = line == 0 ? std::string::npos : all.rfind('\n', line - 1);
  }
  if (line != std::string::npos && line < all.size()) begin = std::max(begin, line + 1);
  return all.substr(begin);
}

}  // namespace gnomon::adapters
