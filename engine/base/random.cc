#include "engine/base/random.h"

#include <Random123/philox.h>

#include <utility>

#include "engine/base/ensure.h"

namespace gnomon {

std::uint64_t KeyedRandom::draw(Purpose purpose, std::uint64_t a, std::uint64_t b,
                                std::uint64_t n) const {
  const r123::Philox4x64::ctr_type counter{{a, b, n, 0}};
  const r123::Philox4x64::key_type key{{seed, std::to_underlying(purpose)}};
  return r123::Philox4x64{}(counter, key).v[0];
}

double KeyedRandom::uniform(Purpose purpose, std::uint64_t a, std::uint64_t b,
                            std::uint64_t n) const {
  // 52 bits and a half are 53 bits: exact. With 53 bits and a half the greatest would round to 1.
  return (static_cast<double>(draw(purpose, a, b, n) >> 12) + 0.5) * 0x1p-52;
}

std::uint64_t KeyedRandom::below(std::uint64_t m, Purpose purpose, std::uint64_t a, std::uint64_t b,
                                 std::uint64_t n) const {
  ENSURE(m > 0, "below(0) has no value");
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((Wide{draw(purpose, a, b, n)} * m) >> 64);
}

bool KeyedRandom::chance(double p, Purpose purpose, std::uint64_t a, std::uint64_t b,
                         std::uint64_t n) const {
  return uniform(purpose, a, b, n) < p;
}

}  // namespace gnomon
