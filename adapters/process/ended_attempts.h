#pragma once

#include <cstddef>
#include <deque>
#include <map>

#include "engine/base/ids.h"
#include "engine/ports/inbox.h"

namespace gnomon::adapters {

/// The latest ends of attempts, so that they can be told again. Bounded in number and in bytes of
/// results; the oldest are forgotten first.
class EndedAttempts {
 public:
  EndedAttempts(std::size_t count_max, std::size_t bytes_max)
      : count_max_(count_max), bytes_max_(bytes_max) {}

  /// A key that is new.
  void remember(const ActionEnded& ended);
  /// Null: never heard of, or forgotten. Valid until the next remember().
  const ActionEnded* find(const ActionKey& key) const;

 private:
  std::size_t count_max_;
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::map<ActionKey, ActionEnded> by_key_;
  std::deque<ActionKey> in_order_;
};

}  // namespace gnomon::adapters
