#include "engine/base/nearest_name.h"

#include <algorithm>
#include <array>

namespace gnomon {
namespace {

constexpr std::size_t kMaxLength = 64;  // longer names are not typed by hand

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Optimal string alignment distance, not telling upper from lower case.
std::size_t distance_between(std::string_view a, std::string_view b) {
  std::array<std::size_t, kMaxLength + 1> before{}, last{}, row{};
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
          lower(a[i - 2]) == lower(b[j - 1])) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    before = last;
    last = row;
  }
  return last[b.size()];
}

}  // namespace

void NearestName::consider(std::string_view candidate) {
  if (candidate.size() > kMaxLength || wanted_.size() > kMaxLength) return;
  const std::size_t longer = std::max(candidate.size(), wanted_.size());
  const std::size_t gap = longer - std::min(candidate.size(), wanted_.size());
  const std::size_t limit = std::min(distance_, std::max<std::size_t>(1, longer / 3) + 1);
  if (gap >= limit || longer < 2) return;
  const std::size_t found = distance_between(wanted_, candidate);
  if (found < limit) {
    distance_ = found;
    best_ = candidate;
  }
}

std::string NearestName::hint() const {
  return best_.empty() ? std::string{} : " (did you mean '" + best_ + "'?)";
}

}  // namespace gnomon
