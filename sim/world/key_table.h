#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/ids.h"

namespace gnomon::sim {

/// From action keys to slots: open addressing with linear probing, so that an attempt costs no
/// allocation. Never iterated.
class KeyTable {
 public:
  static constexpr std::uint32_t kNone = ~std::uint32_t{0};

  std::uint32_t find(const ActionKey& key) const {
    if (entries_.empty()) return kNone;
    for (std::size_t at = home(key);; at = next(at)) {
      if (entries_[at].slot == kNone || entries_[at].key == key) return entries_[at].slot;
    }
  }
  /// The key must not be there.
  void insert(const ActionKey& key, std::uint32_t slot) {
    if ((size_ + 1) * 2 > entries_.size()) grow();
    place({key, slot});
    ++size_;
  }
  void erase(const ActionKey& key) {
    if (entries_.empty()) return;
    std::size_t at = home(key);
    while (entries_[at].slot != kNone && entries_[at].key != key) at = next(at);
    if (entries_[at].slot == kNone) return;
    --size_;
    // What stands behind moves up, as far as its own home allows, so that no gap cuts a chain.
    for (std::size_t from = next(at); entries_[from].slot != kNone; from = next(from)) {
      const std::size_t its_home = home(entries_[from].key);
      const bool stays =
          at <= from ? (at < its_home && its_home <= from) : (at < its_home || its_home <= from);
      if (stays) continue;
      entries_[at] = entries_[from];
      at = from;
    }
    entries_[at].slot = kNone;
  }
  std::size_t size() const { return size_; }

 private:
  struct Entry {
    ActionKey key;
    std::uint32_t slot = kNone;
  };
  std::size_t home(const ActionKey& key) const {
    const std::uint64_t mixed =
        (value_of(key.workflow) * 0x9e3779b97f4a7c15ULL) ^
        ((std::uint64_t{key.node} << 20 ^ key.attempt) * 0xff51afd7ed558ccdULL);
    return static_cast<std::size_t>((mixed ^ (mixed >> 32)) & (entries_.size() - 1));
  }
  std::size_t next(std::size_t at) const { return (at + 1) & (entries_.size() - 1); }
  void place(const Entry& entry) {
    std::size_t at = home(entry.key);
    while (entries_[at].slot != kNone) at = next(at);
    entries_[at] = entry;
  }
  void grow() {
    std::vector<Entry> old(entries_.empty() ? 64 : entries_.size() * 2);
    old.swap(entries_);
    for (const Entry& entry : old) {
      if (entry.slot != kNone) place(entry);
    }
  }

  std::vector<Entry> entries_;  // a power of two, at most half of it used
  std::size_t size_ = 0;
};

}  // namespace gnomon::sim
