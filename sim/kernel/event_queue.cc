#include "sim/kernel/event_queue.h"

#include <algorithm>

#include "engine/base/ensure.h"

namespace gnomon::sim {
namespace {

/// So few keys are sorted faster without counting.
constexpr std::uint32_t kFew = 8;

}  // namespace

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
  insert_front_key(front_size_++, ((key_of(event) - front_start_) << kPositionBits) | front_fill_);
  front_->events[front_fill_++] = event;
}

/// Puts one more into the first `count` keys, which are in order.
void EventQueue::insert_front_key(std::uint32_t count, std::uint64_t key) {
  std::uint32_t i = count;
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
    const auto digit = static_cast<unsigned>(std::countr_zero(occupied_[level]));
    const unsigned width_bits = level * kDigitBits;
    const std::uint64_t higher_digits = (base_ >> width_bits) & ~std::uint64_t{kDigits - 1};
    const std::uint64_t start = (higher_digits | digit) << width_bits;
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
    // Offsets in a bucket of the highest digit leave no room for the position.
    if (bucket.first == bucket.last && level < kLevels - 1) {
      adopt_front(bucket, width_bits);
      return true;
    }
    split(bucket);
  }
  return false;
}

void EventQueue::adopt_front(const Bucket& bucket, unsigned width_bits) {
  if (front_ != nullptr) release(front_);
  front_ = bucket.first;
  front_fill_ = front_size_ = bucket.fill;
  front_start_ = base_;
  front_end_ = base_ + (std::uint64_t{1} << width_bits);

  std::array<std::uint64_t, kChunkEvents> keys;
  for (std::uint32_t i = 0; i < front_size_; ++i) {
    keys[i] = ((key_of(front_->events[i]) - front_start_) << kPositionBits) | i;
  }
  if (front_size_ <= kFew) {
    for (std::uint32_t i = 0; i < front_size_; ++i) insert_front_key(i, keys[i]);
    return;
  }
  // Counted into 64 parts of the bucket first, most keys are in order already.
  std::array<std::uint8_t, 64> part_start{};
  for (std::uint32_t i = 0; i < front_size_; ++i) ++part_start[keys[i] >> width_bits];
  std::uint32_t end = front_size_;
  for (std::uint8_t& start : part_start) {
    end -= start;
    start = static_cast<std::uint8_t>(end);
  }
  for (std::uint32_t i = front_size_; i-- > 0;)
    front_keys_[part_start[keys[i] >> width_bits]++] = keys[i];
  for (std::uint32_t i = 1; i < front_size_; ++i) insert_front_key(i, front_keys_[i]);
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
  buckets_[index] = Bucket{};
  occupied_[level] &= ~(std::uint64_t{1} << (index % kDigits));
  if (occupied_[level] == 0) occupied_levels_ &= ~(1u << level);
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
