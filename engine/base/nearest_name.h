#pragma once

#include <limits>
#include <string>
#include <string_view>

namespace gnomon {

/// Finds, for a name that is not there, the one that was most likely meant: the fewest edits away
/// (insert, delete, replace, swap of neighbours; the first of equals), as long as that is at most a
/// third of the name's length.
///
///     NearestName nearest("retrys");
///     for (std::string_view key : keys) nearest.consider(key);
///     message += nearest.hint();  // " (did you mean 'retry'?)", or ""
class NearestName {
 public:
  explicit NearestName(std::string_view wanted) : wanted_(wanted) {}
  void consider(std::string_view candidate);
  /// "" if nothing is near enough.
  const std::string& name() const { return best_; }
  std::string hint() const;

 private:
  std::string wanted_;
  std::string best_;
  std::size_t distance_ = std::numeric_limits<std::size_t>::max();
};

}  // namespace gnomon
