#include "sim/kernel/sequence_set.h"

#include <algorithm>

namespace gnomon::sim {

void SequenceSet::add_page() {
  if (used_pages_ >= sweep_at_) drop_empty_pages();
  pages_.push_back(std::make_unique<Page>());
  ++used_pages_;
}

void SequenceSet::drop_empty_pages() {
  for (std::unique_ptr<Page>& page : pages_) {
    if (page != nullptr &&
        std::ranges::all_of(*page, [](std::uint64_t word) { return word == 0; })) {
      page.reset();
      --used_pages_;
    }
  }
  const auto first_used =
      std::ranges::find_if(pages_, [](const auto& page) { return page != nullptr; });
  first_page_ += static_cast<std::uint64_t>(first_used - pages_.begin());
  pages_.erase(pages_.begin(), first_used);
  sweep_at_ = std::max<std::size_t>(64, 2 * used_pages_);
}

}  // namespace gnomon::sim
