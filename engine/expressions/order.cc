#include "engine/expressions/order.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace gnomon {
namespace {

int compare_arrays(const Json& a, const Json& b, Work& work) {
  const int lengths[] = {a.length(), b.length()};
  for (int i = 0; i < std::min(lengths[0], lengths[1]); ++i) {
    const int order = compare(a.at(i), b.at(i), work);
    if (order != 0 || work.exhausted()) return order;
  }
  return lengths[0] - lengths[1];
}

/// First by their keys, as sorted arrays, then by their values.
int compare_objects(const Json& a, const Json& b, Work& work) {
  if (!spend_sorting_keys(a, work) || !spend_sorting_keys(b, work)) return 0;
  const Json keys(jv_keys(a.copy()));
  const int order = compare_arrays(keys, Json(jv_keys(b.copy())), work);
  if (order != 0) return order;
  for (int i = 0; i < keys.length() && !work.exhausted(); ++i) {
    const auto value_in = [&](const Json& object) {
      return Json(jv_object_get(object.copy(), keys.at(i).take()));
    };
    const int order_of_values = compare(value_in(a), value_in(b), work);
    if (order_of_values != 0) return order_of_values;
  }
  return 0;
}

bool contains_string(const Json& whole, const Json& part, Work& work) {
  // The C library looks for a short part at each place of the whole, for a long one by two-way
  // search.
  constexpr std::size_t kLongest = 256;
  const std::uint64_t each = 1 + std::min(part.text().size(), kLongest) / 16;
  return work.spend(1 + whole.text().size() / 16 * each) &&
         jv_contains(whole.copy(), part.copy()) != 0;
}

}  // namespace

bool spend_sorting_keys(const Json& object, Work& work) {
  std::uint64_t fields = 0;
  std::uint64_t blocks = 0;
  const bool going = object.each_field([&](const Json& key, const Json&) {
    ++fields;
    blocks += key.text().size() / 64;
    return work.spend(1);
  });
  return going && work.spend(4 + (2 * fields + blocks) * std::bit_width(fields));
}

int compare(const Json& a, const Json& b, Work& work) {
  if (!work.spend(2)) return 0;
  if (a.kind() != b.kind()) return a.kind() < b.kind() ? -1 : 1;
  if (a.is_string()) {
    if (!work.spend(std::min(a.text().size(), b.text().size()) / 64)) return 0;
    return a.text().compare(b.text());
  }
  if (a.is_array()) return compare_arrays(a, b, work);
  if (a.is_object()) return compare_objects(a, b, work);
  return jv_cmp(a.copy(), b.copy());
}

bool contains(const Json& whole, const Json& part, Work& work) {
  if (!work.spend(1) || whole.kind() != part.kind()) return false;
  if (part.is_string()) return contains_string(whole, part, work);
  if (part.is_object()) {
    return part.each_field([&](const Json& key, const Json& value) {
      return work.spend(2 + key.text().size() / 64) &&
             contains(Json(jv_object_get(whole.copy(), key.copy())), value, work);
    });
  }
  if (!part.is_array()) return compare(whole, part, work) == 0;
  const auto in_whole = [&](const Json& element) {
    bool found = false;
    for (int i = 0; i < whole.length() && !found && !work.exhausted(); ++i)
      found = contains(whole.at(i), element, work);
    return found;
  };
  bool all = true;
  for (int i = 0; i < part.length() && all; ++i) all = in_whole(part.at(i));
  return all;
}

std::vector<int> sorted_positions(const Json& array, Work& work) {
  const int length = array.length();
  std::vector<int> positions;
  if (!work.spend(1 + static_cast<std::uint64_t>(length))) return positions;
  std::vector<Json> elements;
  elements.reserve(static_cast<std::size_t>(length));
  for (int i = 0; i < length; ++i) elements.push_back(array.at(i));
  positions.resize(elements.size());
  std::iota(positions.begin(), positions.end(), 0);
  // Merges runs of 1, 2, 4...: the standard's sorts do not say which elements they compare.
  std::vector<int> merged(positions.size());
  const auto before = [&](int a, int b) {
    return compare(elements[static_cast<std::size_t>(a)], elements[static_cast<std::size_t>(b)],
                   work) < 0;
  };
  for (std::ptrdiff_t width = 1; width < length && !work.exhausted(); width *= 2) {
    for (std::ptrdiff_t begin = 0; begin < length; begin += 2 * width) {
      const auto first = positions.begin() + begin;
      const auto middle = positions.begin() + std::min<std::ptrdiff_t>(begin + width, length);
      const auto last = positions.begin() + std::min<std::ptrdiff_t>(begin + 2 * width, length);
      std::merge(first, middle, middle, last, merged.begin() + begin, before);
    }
    positions.swap(merged);
  }
  return positions;
}

}  // namespace gnomon
