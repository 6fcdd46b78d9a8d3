#include "adapters/importers/unique_names.h"

#include <fmt/format.h>

#include "adapters/importers/yaml_text.h"

namespace gnomon::adapters {

std::string UniqueNames::take(std::string_view wanted) {
  constexpr std::size_t kMaxSuffixBytes = 16;
  std::string name = printable(wanted.empty() ? "_" : wanted, kMaxBytes);
  if (taken_.insert(name).second) return name;
  name = printable(name, kMaxBytes - kMaxSuffixBytes);
  std::size_t& number = numbers_.emplace(name, 1).first->second;
  while (true) {
    std::string numbered = fmt::format("{}_{}", name, ++number);
    if (taken_.insert(numbered).second) return numbered;
  }
}

}  // namespace gnomon::adapters
