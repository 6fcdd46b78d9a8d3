#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine/expressions/functions.h"
#include "engine/expressions/json.h"
#include "engine/expressions/order.h"

namespace gnomon {
namespace {

Json cannot(const Json& a, const Json& b, std::string_view what) {
  return Json::failure(fmt::format("{} and {} cannot be {}", describe(a), describe(b), what));
}

std::uint64_t length_of(const Json& value) {
  return static_cast<std::uint64_t>(value.length());
}

/// What weigh() spends for a value.
std::uint64_t weight_of(const Json& value, Work& work) {
  const std::uint64_t before = work.left();
  weigh(value, kMaxJsonDepth, work);
  return before - work.left();
}

Json subtract(const Json& a, const Json& b, Work& work) {
  if (!a.is_array() || !b.is_array()) return cannot(a, b, "subtracted");
  Json kept = Json::array();
  for (int i = 0; i < a.length(); ++i) {
    if (!work.spend(1)) return out_of_work();
    const Json element = a.at(i);
    bool found = false;
    for (int j = 0; j < b.length() && !found; ++j) found = compare(element, b.at(j), work) == 0;
    if (!found) kept.append(element);
  }
  return kept;
}

Json multiply(const Json& a, const Json& b, Work& work) {
  if (a.is_string() || b.is_string()) return Json::failure("strings cannot be repeated");
  if (!a.is_object() || !b.is_object()) return cannot(a, b, "multiplied");
  if (!work.spend(2 * (weight_of(a, work) + weight_of(b, work)))) return out_of_work();
  return Json(jv_object_merge_recursive(a.copy(), b.copy()));
}

Json divide(const Json& a, const Json& b, Work& work) {
  if (a.is_number() && b.is_number()) {
    if (b.number() == 0) return cannot(a, b, "divided because the divisor is zero");
    return Json::number(a.number() / b.number());
  }
  if (!a.is_string() || !b.is_string()) return cannot(a, b, "divided");
  return split(a, b, work);
}

Json remainder(const Json& a, const Json& b) {
  if (!a.is_number() || !b.is_number()) return cannot(a, b, "divided (remainder)");
  constexpr double kLimit = 9.2e18;  // both fit into 64 bits; a NaN does not compare
  if (!(std::fabs(a.number()) < kLimit && std::fabs(b.number()) < kLimit)) {
    return cannot(a, b, "divided (remainder): too large");
  }
  const auto dividend = static_cast<std::int64_t>(a.number());
  const auto divisor = static_cast<std::int64_t>(b.number());
  if (divisor == 0) return cannot(a, b, "divided (remainder) because the divisor is zero");
  return Json::number(static_cast<double>(dividend % divisor));
}

Json compare_by(Operator operation, const Json& a, const Json& b, Work& work) {
  const int order = compare(a, b, work);
  if (work.exhausted()) return out_of_work();
  switch (operation) {
    case Operator::kEqual:
      return Json::boolean(order == 0);
    case Operator::kNotEqual:
      return Json::boolean(order != 0);
    case Operator::kLess:
      return Json::boolean(order < 0);
    case Operator::kLessEqual:
      return Json::boolean(order <= 0);
    case Operator::kGreater:
      return Json::boolean(order > 0);
    default:
      return Json::boolean(order >= 0);
  }
}

}  // namespace

Json out_of_work() {
  return Json::failure("too much work");
}

bool spend_deep(const Json& value, std::uint64_t times, Work& work) {
  const std::uint64_t weight = weight_of(value, work);
  return !work.exhausted() && work.spend(weight * times);
}

std::uint64_t cost_of_fields(const Json& object) {
  std::uint64_t cost = 0;
  object.each_field([&](const Json& key, const Json&) {
    cost += 1 + key.text().size() / 64;
    return true;
  });
  return cost;
}

Json plus(Json a, const Json& b, Work& work) {
  if (a.is_null()) return b;
  if (b.is_null()) return a;
  if (a.is_number() && b.is_number()) return Json::number(a.number() + b.number());
  if (a.is_string() && b.is_string()) {
    const std::size_t size = a.text().size() + b.text().size();
    if (size > kMaxJsonBytes)
      return Json::failure(fmt::format("a string longer than {} bytes", kMaxJsonBytes));
    if (!work.spend(1 + (a.shared() ? size : b.text().size()) / 16)) return out_of_work();
    return Json(jv_string_concat(a.take(), b.copy()));
  }
  if (a.is_array() && b.is_array()) {
    const std::uint64_t moved = (a.shared() ? length_of(a) : 0) + length_of(b);
    if (!work.spend(1 + moved / 4)) return out_of_work();
    return Json(jv_array_concat(a.take(), b.copy()));
  }
  if (a.is_object() && b.is_object()) {
    const std::uint64_t moved = (a.shared() ? length_of(a) : 0) + cost_of_fields(b);
    if (!work.spend(1 + 3 * moved)) return out_of_work();
    return Json(jv_object_merge(a.take(), b.copy()));
  }
  return cannot(a, b, "added");
}

Json operate(Operator operation, Json a, const Json& b, Work& work) {
  switch (operation) {
    case Operator::kAdd:
      return plus(std::move(a), b, work);
    case Operator::kSubtract:
      if (a.is_number() && b.is_number()) return Json::number(a.number() - b.number());
      return subtract(a, b, work);
    case Operator::kMultiply:
      if (a.is_number() && b.is_number()) return Json::number(a.number() * b.number());
      return multiply(a, b, work);
    case Operator::kDivide:
      return divide(a, b, work);
    case Operator::kRemainder:
      return remainder(a, b);
    default:
      return compare_by(operation, a, b, work);
  }
}

}  // namespace gnomon
