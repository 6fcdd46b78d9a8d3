#include "sim/kernel/event_queue.h"

#include <algorithm>
#include <functional>

#include "engine/base/ensure.h"

namespace gnomon::sim {

EventQueue::EventQueue(Instant floor) : buckets_(kLevels * kDigits) {
  grow(due_);
  restart(floor);
}

void EventQueue::restart(Instant floor) {
  ENSURE(size_ == 0, "{} events wait", size_);
  ENSURE(to_ns(floor) >= 0, "{} ns is before the epoch", to_ns(floor));
  last_ = floor;
  base_ = front_end_ = static_cast<std::uint64_t>(to_ns(floor));
}

const Event* EventQueue::pop_due() {
  if (due_read_ == kChunkEvents) {
    Chunk* const read = due_.first;
    due_.first = read->next;
    release(read);
    due_read_ = 0;
  }
  const Event& event = due_.first->events[due_read_++];
  last_ = event.instant;
  if (due_empty()) due_read_ = due_.fill = 0;
  return &event;
}

void EventQueue::push_front(const Event& event) {
  if (front_size_ == 0) front_fill_ = 0;
  if (front_fill_ == kChunkEvents) {
    spill_front();
    place(event);
    return;
  }
  const std::uint64_t key = ((key_of(event) - front_start_) << kPositionBits) | front_fill_;
  front_->events[front_fill_++] = event;
  std::uint32_t i = front_size_++;
  for (; i > 0 && front_keys_[i - 1] < key; --i) front_keys_[i] = front_keys_[i - 1];
  front_keys_[i] = key;
}

/// Splits the front over lower digits, but for events of the present instant: those come before all
/// that is due.
void EventQueue::spill_front() {
  base_ = std::max(base_, static_cast<std::uint64_t>(to_ns(last_)));
  std::uint32_t present = 0;
  while (front_size_ > 0) {
    const std::uint64_t key = front_keys_[front_size_ - 1];
    const Event& event = front_->events[key & kPositionMask];
    if (event.instant != last_) break;
    ++present;
    --front_size_;
  }
  std::array<std::uint64_t, kChunkEvents> kept;
  std::copy_n(front_keys_.begin() + front_size_, present, kept.begin());
  while (front_size_ > 0) place(front_->events[front_keys_[--front_size_] & kPositionMask]);
  std::copy_n(kept.begin(), present, front_keys_.begin());
  front_size_ = present;
  front_end_ = base_;
}

bool EventQueue::refill(Instant limit) {
  while (occupied_levels_ != 0) {
    const auto level = static_cast<unsigned>(std::countr_zero(occupied_levels_));
    unsigned digit = 0;
    for (const std::uint64_t word : occupied_[level]) {
      if (word != 0) {
        digit += static_cast<unsigned>(std::countr_zero(word));
        break;
      }
      digit += 64;
    }
    const unsigned shift = level * kDigitBits;
    const std::uint64_t start =
        ((((base_ >> shift) & ~std::uint64_t{kDigits - 1}) | digit) << shift);
    if (from_key(start) > limit) return false;

    const std::size_t index = level * kDigits + digit;
    const Bucket bucket = buckets_[index];
    vacate(index);
    base_ = start;
    if (level == 0) {
      release(due_.first);
      due_ = bucket;
      due_read_ = 0;
      return true;
    }
    if (bucket.first == bucket.last) {
      adopt_front(bucket, level);
      return true;
    }
    split(bucket);
  }
  return false;
}

void EventQueue::adopt_front(const Bucket& bucket, unsigned level) {
  if (front_ != nullptr) release(front_);
  front_ = bucket.first;
  front_fill_ = front_size_ = bucket.fill;
  front_start_ = base_;
  front_end_ = base_ + (std::uint64_t{1} << (level * kDigitBits));
  for (std::uint32_t i = 0; i < front_size_; ++i) {
    front_keys_[i] = ((key_of(front_->events[i]) - front_start_) << kPositionBits) | i;
  }
  std::sort(front_keys_.begin(), front_keys_.begin() + front_size_, std::greater<>{});
}

void EventQueue::split(const Bucket& bucket) {
  for (Chunk* chunk = bucket.first;;) {
    const bool last = chunk == bucket.last;
    const std::uint32_t end = last ? bucket.fill : kChunkEvents;
    for (std::uint32_t i = 0; i < end; ++i) place(chunk->events[i]);
    Chunk* const next = chunk->next;
    release(chunk);
    if (last) return;
    chunk = next;
  }
}

void EventQueue::vacate(std::size_t index) {
  const std::size_t level = index / kDigits;
  const std::size_t digit = index % kDigits;
  buckets_[index] = Bucket{};
  occupied_[level][digit / 64] &= ~(std::uint64_t{1} << (digit % 64));
  for (const std::uint64_t word : occupied_[level]) {
    if (word != 0) return;
  }
  occupied_levels_ &= ~(1u << level);
}

void EventQueue::grow(Bucket& bucket) {
  Chunk* const chunk = allocate();
  if (bucket.first == nullptr) {
    bucket.first = chunk;
  } else {
    bucket.last->next = chunk;
  }
  bucket.last = chunk;
  bucket.fill = 0;
}

EventQueue::Chunk* EventQueue::allocate() {
  if (free_ == nullptr) {
    blocks_.push_back(std::make_unique_for_overwrite<Chunk[]>(kBlockChunks));
    for (std::size_t i = kBlockChunks; i > 0; --i) release(&blocks_.back()[i - 1]);
  }
  Chunk* const chunk = free_;
  free_ = chunk->next;
  return chunk;
}

}  // namespace gnomon::sim
