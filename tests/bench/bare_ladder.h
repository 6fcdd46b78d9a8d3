#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace gnomon::bench {

/// The bare loop that kernels are held against: a queue of timed calls that does the one thing the
/// hold model needs, and knows its answers beforehand. Two tiers of buckets whose widths are given
/// by hand for delays of Exp(1); no cancellation, no limits, no virtual call, times as doubles.
///
/// A coarse bucket is 1/64 wide, and a ring of 4096 of them reaches further than any delay. The
/// first is split into fine buckets of about eight nodes, of which the first is sorted.
class BareLadder {
 public:
  using Function = void (*)(void* argument, double now);

  /// `pending` is how many calls will wait at a time.
  explicit BareLadder(std::size_t pending)
      : fine_count_(pending / 64 / 8 + 1),
        fine_per_unit_(64.0 * static_cast<double>(fine_count_)),
        fine_(fine_count_),
        coarse_(kCoarse) {
    fine_next_ = fine_count_;
  }

  /// `at` is not before the call that was made last. Calls of equal times are made in the order of
  /// this.
  void schedule(double at, Function function, void* argument) {
    const Node node{at, sequence_++, function, argument};
    if (at < sorted_end_) {
      insert_sorted(node);
    } else if (at < coarse_end_) {
      append(fine_[fine_of(at)], node);
    } else {
      append(coarse_[static_cast<std::size_t>(at * 64) % kCoarse], node);
    }
  }

  /// Makes the next call. There is one.
  void run_one() {
    while (sorted_.empty()) refill();
    const Node node = sorted_.back();
    sorted_.pop_back();
    node.function(node.argument, node.at);
  }

 private:
  static constexpr std::size_t kCoarse = 4096;
  static constexpr std::size_t kChunkNodes = 61;

  struct Node {
    double at;
    std::uint64_t sequence;
    Function function;
    void* argument;
  };
  struct Chunk {
    Chunk* next;
    alignas(32) std::array<Node, kChunkNodes> nodes;
  };
  struct Bucket {
    Chunk* first = nullptr;
    Chunk* last = nullptr;
    std::size_t fill = kChunkNodes;
  };

  std::size_t fine_of(double at) const {
    return std::min(static_cast<std::size_t>((at - coarse_start_) * fine_per_unit_),
                    fine_count_ - 1);
  }
  static bool later(const Node& a, const Node& b) {
    return a.at > b.at || (a.at == b.at && a.sequence > b.sequence);
  }
  void insert_sorted(const Node& node) {
    std::size_t i = sorted_.size();
    sorted_.push_back(node);
    for (; i > 0 && later(node, sorted_[i - 1]); --i) sorted_[i] = sorted_[i - 1];
    sorted_[i] = node;
  }

  void refill() {
    if (fine_next_ == fine_count_) {
      coarse_start_ = static_cast<double>(coarse_next_) / 64;
      coarse_end_ = static_cast<double>(coarse_next_ + 1) / 64;
      drain(coarse_[coarse_next_++ % kCoarse],
            [this](const Node& node) { append(fine_[fine_of(node.at)], node); });
      fine_next_ = 0;
    }
    ++fine_next_;
    sorted_end_ = fine_next_ == fine_count_
                      ? coarse_end_
                      : coarse_start_ + static_cast<double>(fine_next_) / fine_per_unit_;
    drain(fine_[fine_next_ - 1], [this](const Node& node) { insert_sorted(node); });
  }

  void append(Bucket& bucket, const Node& node) {
    if (bucket.fill == kChunkNodes) [[unlikely]] {
      Chunk* const chunk = allocate();
      (bucket.first == nullptr ? bucket.first : bucket.last->next) = chunk;
      bucket.last = chunk;
      bucket.fill = 0;
    }
    bucket.last->nodes[bucket.fill++] = node;
  }
  template <typename Visit>
  void drain(Bucket& bucket, Visit visit) {
    const Bucket full = bucket;
    bucket = Bucket{};
    for (Chunk* chunk = full.first; chunk != nullptr;) {
      const std::size_t end = chunk == full.last ? full.fill : kChunkNodes;
      for (std::size_t i = 0; i < end; ++i) visit(chunk->nodes[i]);
      Chunk* const next = chunk == full.last ? nullptr : chunk->next;
      chunk->next = free_;
      free_ = chunk;
      chunk = next;
    }
  }
  Chunk* allocate() {
    if (free_ == nullptr) {
      constexpr std::size_t kBlock = 64;
      blocks_.push_back(std::make_unique_for_overwrite<Chunk[]>(kBlock));
      for (std::size_t i = 0; i < kBlock; ++i) {
        blocks_.back()[i].next = free_;
        free_ = &blocks_.back()[i];
      }
    }
    Chunk* const chunk = free_;
    free_ = chunk->next;
    return chunk;
  }

  std::size_t fine_count_;
  double fine_per_unit_;
  std::vector<Bucket> fine_;
  std::vector<Bucket> coarse_;
  std::vector<Node> sorted_;  ///< descending: the next is the last
  std::size_t fine_next_ = 0;
  std::uint64_t coarse_next_ = 0;
  double coarse_start_ = 0;
  double coarse_end_ = 0;
  double sorted_end_ = 0;
  std::uint64_t sequence_ = 0;
  Chunk* free_ = nullptr;
  std::vector<std::unique_ptr<Chunk[]>> blocks_;
};

}  // namespace gnomon::bench
