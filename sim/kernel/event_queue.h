#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/base/time.h"
#include "engine/ports/clock.h"

namespace gnomon::sim {

/// A call that the Kernel owes: `who->wake(tag)` at `instant`. Events are numbered by `sequence` as
/// they are made.
struct Event {
  Instant instant;
  std::uint64_t sequence = 0;
  Wakeable* who = nullptr;
  std::uint64_t tag = 0;
};

/// A priority queue of Events by (instant, sequence) for a clock that never goes back.
///
/// An instant is read as eleven digits of six bits. `base_` is never after the present; an event
/// waits in the bucket of (the highest digit in which its instant differs from the base, that
/// digit's value). So buckets of low digits are narrow and near, those of high digits wide and far,
/// and each of a lower digit comes before all of a higher one: a hierarchy of timing wheels
/// (Varghese and Lauck, SOSP 1987) aligned like a radix heap (Ahuja et al., JACM 1990). No width is
/// guessed, so no change of the delays can make one wrong, and no instant is out of range; an event
/// moves at most ten times, always to a lower digit.
///
/// The next bucket is split over lower digits only while it holds more than one chunk of events.
/// Then it becomes the `front_`: its 8-byte keys (offset in the bucket, position in the chunk) are
/// sorted, the events stay where they are. New events in the front's range join it; when its chunk
/// is full it is split after all. A bucket of the lowest digit is one instant, in order as it
/// stands: it becomes `due_`, the queue of calls for the present instant, which zero-delay events
/// join directly.
///
/// Always holds: the events of a bucket are in the order of their sequence numbers, for it is empty
/// until `base_` enters the range of the bucket that is then split over it, and all that comes
/// later is younger. What is in the front for the present instant is older than what is due.
class EventQueue {
 public:
  /// Events come from `floor` on, which is not before the epoch.
  explicit EventQueue(Instant floor);

  /// Adds an event. Its sequence is greater than all before. Its instant is neither before that of
  /// the event popped last, nor before the limit of a pop that found nothing.
  void push(const Event& event) {
    ++size_;
    if (event.instant == last_) {
      append(due_, event);
    } else if (key_of(event) < front_end_) {
      push_front(event);
    } else {
      place(event);
    }
  }

  /// Takes out the earliest event, if it is not after `limit`; else returns null. The event can be
  /// read until the next call of the queue. `limit` is not before the event popped last.
  const Event* pop(Instant limit) {
    for (;;) {
      if (front_size_ > 0) {
        const std::uint64_t key = front_keys_[front_size_ - 1];
        const Instant instant = from_key(front_start_ + (key >> kPositionBits));
        if (instant == last_ || due_empty()) {
          if (instant > limit) return nullptr;
          last_ = instant;
          --front_size_;
          --size_;
          return &front_->events[key & kPositionMask];
        }
      }
      if (!due_empty()) {
        --size_;
        return pop_due();
      }
      if (!refill(limit)) return nullptr;
    }
  }

  /// Forgets the past of an empty queue: events may come again from `floor` on.
  void restart(Instant floor);

  /// Removes events for which `dead(event)` holds, except those in the front (a chunk at most).
  template <typename Predicate>
  void purge(Predicate dead) {
    size_ -= filter(due_, due_read_, dead);
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      if (buckets_[i].first == nullptr) continue;
      size_ -= filter(buckets_[i], 0, dead);
      if (buckets_[i].fill == 0) {
        release(buckets_[i].first);
        vacate(i);
      }
    }
  }

  /// How many events wait.
  std::size_t size() const { return size_; }
  /// Bytes held.
  std::size_t memory() const {
    return blocks_.size() * kBlockChunks * sizeof(Chunk) + buckets_.size() * sizeof(Bucket);
  }

 private:
  static constexpr unsigned kDigitBits = 6;
  static constexpr unsigned kDigits = 1u << kDigitBits;
  static constexpr unsigned kLevels = 11;  ///< for 63 bits
  static constexpr unsigned kPositionBits = 6;
  static constexpr std::uint64_t kPositionMask = (1u << kPositionBits) - 1;
  /// Odd, so that the chunks do not all compete for the same few cache sets.
  static constexpr std::uint32_t kChunkEvents = 61;
  static constexpr std::size_t kBlockChunks = 16;

  struct Chunk {
    Chunk* next;
    alignas(32) std::array<Event, kChunkEvents> events;
  };
  /// A list of chunks, all full but the last. Without chunks it counts as full.
  struct Bucket {
    Chunk* first = nullptr;
    Chunk* last = nullptr;
    std::uint32_t fill = kChunkEvents;
  };

  static std::uint64_t key_of(const Event& event) {
    return static_cast<std::uint64_t>(to_ns(event.instant));
  }
  static Instant from_key(std::uint64_t key) { return from_ns(static_cast<std::int64_t>(key)); }

  void append(Bucket& bucket, const Event& event) {
    if (bucket.fill == kChunkEvents) [[unlikely]]
      grow(bucket);
    bucket.last->events[bucket.fill++] = event;
  }
  void place(const Event& event) {
    const std::uint64_t key = key_of(event);
    const auto level = static_cast<unsigned>(std::bit_width((key ^ base_) | 1) - 1) / kDigitBits;
    const auto digit = static_cast<unsigned>(key >> (level * kDigitBits)) % kDigits;
    Bucket& bucket = buckets_[level * kDigits + digit];
    if (bucket.first == nullptr) {
      occupied_levels_ |= 1u << level;
      occupied_[level] |= std::uint64_t{1} << digit;
    }
    append(bucket, event);
  }
  bool due_empty() const { return due_read_ == due_.fill && due_.first == due_.last; }
  const Event* pop_due();

  void push_front(const Event& event);
  void insert_front_key(std::uint32_t count, std::uint64_t key);
  void spill_front();
  bool refill(Instant limit);
  void adopt_front(const Bucket& bucket, unsigned width_bits);
  void split(const Bucket& bucket);

  void grow(Bucket& bucket);
  Chunk* allocate();
  void release(Chunk* chunk) {
    chunk->next = free_;
    free_ = chunk;
  }
  void vacate(std::size_t index);

  template <typename Predicate>
  std::size_t filter(Bucket& bucket, std::uint32_t from, Predicate dead);

  std::vector<Bucket> buckets_;
  std::array<std::uint64_t, kLevels> occupied_{};  ///< bit d: the bucket of digit d holds events
  std::uint32_t occupied_levels_ = 0;              ///< bit l: so does one of level l
  std::uint64_t base_ = 0;
  Instant last_;
  std::size_t size_ = 0;

  Bucket due_;
  std::uint32_t due_read_ = 0;

  Chunk* front_ = nullptr;
  std::uint32_t front_fill_ = 0;
  std::uint32_t front_size_ = 0;
  std::uint64_t front_start_ = 0;
  std::uint64_t front_end_ = 0;
  std::array<std::uint64_t, kChunkEvents> front_keys_{};  ///< descending: the next is the last

  Chunk* free_ = nullptr;
  std::vector<std::unique_ptr<Chunk[]>> blocks_;
};

template <typename Predicate>
std::size_t EventQueue::filter(Bucket& bucket, std::uint32_t from, Predicate dead) {
  std::size_t removed = 0;
  Chunk* to = bucket.first;
  std::uint32_t fill = from;
  for (Chunk* chunk = bucket.first;; chunk = chunk->next) {
    const std::uint32_t end = chunk == bucket.last ? bucket.fill : kChunkEvents;
    for (std::uint32_t i = chunk == bucket.first ? from : 0; i < end; ++i) {
      if (dead(chunk->events[i])) {
        ++removed;
        continue;
      }
      if (fill == kChunkEvents) {
        to = to->next;
        fill = 0;
      }
      to->events[fill++] = chunk->events[i];
    }
    if (chunk == bucket.last) break;
  }
  while (bucket.last != to) {
    Chunk* const spare = to->next;
    to->next = spare->next;
    if (spare == bucket.last) bucket.last = to;
    release(spare);
  }
  bucket.fill = fill;
  return removed;
}

}  // namespace gnomon::sim
