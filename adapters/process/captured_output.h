#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gnomon::adapters {

/// What a process wrote to one of its streams, within a bound: all of it while it fits, else its
/// beginning and its end.
class CapturedOutput {
 public:
  explicit CapturedOutput(std::size_t bytes_max)
      : head_max_(bytes_max / 2), tail_max_(bytes_max - bytes_max / 2) {}

  void append(std::string_view bytes);

  /// What was kept; a line in its middle says how many bytes were dropped there, if any.
  std::string text() const;
  /// At most the last `bytes_max` bytes and `lines_max` lines, without the line breaks at the end.
  std::string last_lines(std::size_t bytes_max, std::size_t lines_max) const;
  std::uint64_t dropped_bytes() const;

 private:
  std::string_view tail() const;

  std::size_t head_max_;
  std::size_t tail_max_;
  std::uint64_t total_ = 0;
  std::string head_;
  std::string tail_;  ///< up to twice tail_max_, so that trimming it costs little for each byte
};

}  // namespace gnomon::adapters
