#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gnomon {

/// 128 bits that stand for everything chained into them, in order (XXH3). Two runs of one scenario,
/// seed and version have the same digest on every compiler, optimisation level and machine, or
/// determinism is broken.
class Digest {
 public:
  /// Chains `size` bytes. The bytes must be free of padding and pointers.
  void add(const void* bytes, std::size_t size);
  void add(std::string_view text);

  std::uint64_t low() const { return low_; }
  std::uint64_t high() const { return high_; }
  /// 32 lowercase hexadecimal digits.
  std::string to_string() const;
  auto operator<=>(const Digest&) const = default;

 private:
  std::uint64_t low_ = 0;
  std::uint64_t high_ = 0;
};

/// A number that stands for a name in keys of random draws.
std::uint64_t name_number(std::string_view name);

}  // namespace gnomon
