#include "engine/base/digest.h"

#include <fmt/format.h>
#include <xxhash.h>

namespace gnomon {

void Digest::add(const void* bytes, std::size_t size) {
  // The running value is mixed through the seed (low) and the result (high), so that order matters
  // for both halves.
  const XXH128_hash_t hash = XXH3_128bits_withSeed(bytes, size, low_);
  low_ = hash.low64 ^ (high_ * 0x9e3779b97f4a7c15ULL);
  high_ = hash.high64 + low_;
}

void Digest::add(std::string_view text) {
  const std::uint64_t size = text.size();
  add(&size, sizeof size);
  add(text.data(), text.size());
}

std::string Digest::to_string() const {
  return fmt::format("{:016x}{:016x}", high_, low_);
}

std::uint64_t name_number(std::string_view name) {
  Digest digest;
  digest.add(name);
  return digest.low();
}

}  // namespace gnomon
