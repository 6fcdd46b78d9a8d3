#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace gnomon::sim {

/// A set of numbers that are inserted in ascending order and removed in any: which of the events
/// made so far are still owed. A bit for each number, in pages; pages that have become empty are
/// given back, so memory follows the numbers that are in the set (at worst half a kilobyte each)
/// and not those that ever were.
class SequenceSet {
 public:
  /// `number` is greater than all inserted before, by no more than a page.
  void insert(std::uint64_t number) {
    if (number / kPageBits - first_page_ == pages_.size()) add_page();
    pages_.back()->at(word_of(number)) |= bit_of(number);
  }

  /// Removes a number; false when it is not in the set.
  bool erase(std::uint64_t number) {
    Page* const page = page_of(number);
    if (page == nullptr) return false;
    std::uint64_t& word = (*page)[word_of(number)];
    const bool found = (word & bit_of(number)) != 0;
    word &= ~bit_of(number);
    return found;
  }

  bool contains(std::uint64_t number) const {
    const Page* const page = page_of(number);
    return page != nullptr && ((*page)[word_of(number)] & bit_of(number)) != 0;
  }

  /// Bytes held.
  std::size_t memory() const {
    return pages_.capacity() * sizeof(pages_.front()) + used_pages_ * sizeof(Page);
  }

 private:
  static constexpr std::uint64_t kPageBits = 4096;
  using Page = std::array<std::uint64_t, kPageBits / 64>;

  static std::size_t word_of(std::uint64_t number) { return number % kPageBits / 64; }
  static std::uint64_t bit_of(std::uint64_t number) { return std::uint64_t{1} << (number % 64); }
  Page* page_of(std::uint64_t number) const {
    const std::uint64_t index = number / kPageBits - first_page_;
    return index < pages_.size() ? pages_[index].get() : nullptr;
  }
  void add_page();
  void drop_empty_pages();

  std::vector<std::unique_ptr<Page>> pages_;  ///< null: nothing in it
  std::uint64_t first_page_ = 0;
  std::size_t used_pages_ = 0;
  std::size_t sweep_at_ = 64;
};

}  // namespace gnomon::sim
