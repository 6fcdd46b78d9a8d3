#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace gnomon::adapters {

/// Gives names that are unique and fit for a scenario, the same ones for the same wishes in the
/// same order: what cannot be shown becomes '_', what is too long is cut, and the second "align"
/// is "align_2". Constant time a name, whatever the names.
class UniqueNames {
 public:
  /// A scenario's bound of a name.
  static constexpr std::size_t kMaxBytes = 256;

  std::string take(std::string_view wanted);

 private:
  std::unordered_set<std::string> taken_;  // never iterated
  std::unordered_map<std::string, std::size_t>
      numbers_;  // last one given, by what stands before it
};

}  // namespace gnomon::adapters
