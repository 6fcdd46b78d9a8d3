#include "adapters/process/ended_attempts.h"

namespace gnomon::adapters {

void EndedAttempts::remember(const ActionEnded& ended) {
  if (!by_key_.emplace(ended.key, ended).second) return;
  in_order_.push_back(ended.key);
  bytes_ += ended.result.text().size();
  while (in_order_.size() > count_max_ || bytes_ > bytes_max_) {
    const auto oldest = by_key_.find(in_order_.front());
    bytes_ -= oldest->second.result.text().size();
    by_key_.erase(oldest);
    in_order_.pop_front();
  }
}

const ActionEnded* EndedAttempts::find(const ActionKey& key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : &found->second;
}

}  // namespace gnomon::adapters
