#pragma once

#include <cstdint>

namespace gnomon {

/// How much more an evaluation may do. Every step of the evaluator and every operation on a value
/// spends here in proportion to the time it takes and the memory it asks for (one unit is at most
/// some 50 ns and 64 bytes), before it is done. So the limit bounds both, and since units are
/// counted, not timed, an expression that is too costly fails at the same place on every machine.
class Work {
 public:
  explicit Work(std::uint64_t units) : left_(units) {}

  /// False: there is not so much left. From then on nothing more is granted.
  bool spend(std::uint64_t units) {
    if (units <= left_) [[likely]] {
      left_ -= units;
      return true;
    }
    left_ = 0;
    exhausted_ = true;
    return false;
  }
  bool exhausted() const { return exhausted_; }
  std::uint64_t left() const { return left_; }

 private:
  std::uint64_t left_;
  bool exhausted_ = false;
};

}  // namespace gnomon
