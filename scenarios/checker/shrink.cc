#include "scenarios/checker/shrink.h"

#include <algorithm>
#include <optional>

#include "scenarios/language/units.h"

namespace gnomon::scenarios {
namespace {

using Faults = std::vector<DrawnFault>;

/// All lists that leave out one of the `parts` pieces of the list.
std::vector<Faults> without_each_part(const Faults& faults, std::size_t parts) {
  std::vector<Faults> lists;
  for (std::size_t part = 0; part < parts; ++part) {
    const std::size_t begin = faults.size() * part / parts;
    const std::size_t end = faults.size() * (part + 1) / parts;
    Faults& list = lists.emplace_back();
    for (std::size_t i = 0; i < faults.size(); ++i) {
      if (i < begin || i >= end) list.push_back(faults[i]);
    }
  }
  return lists;
}

/// The rule in smaller: strikes once, or for a shorter time.
std::vector<FaultRule> smaller(const FaultRule& rule) {
  std::vector<FaultRule> rules;
  const auto add = [&](auto change) { change(rules.emplace_back(rule)); };
  if (rule.what != sim::FaultKind::kCrash) {
    if (!rule.times) add([](FaultRule& each) { each.times = 1; });
    if (!rule.times) add([](FaultRule& each) { each.times = 4; });
  }
  if (rule.lasting && *rule.lasting > 1s) {
    for (const int part : {100, 10, 2})
      add([&](FaultRule& each) { each.lasting = *rule.lasting / part; });
  }
  return rules;
}

}  // namespace

Shrunk shrink(Faults faults, const FirstThatFails& first_that_fails, std::chrono::seconds budget) {
  const auto end = std::chrono::steady_clock::now() + budget;
  const auto in_time = [&] { return std::chrono::steady_clock::now() < end; };
  std::size_t tries = 0;
  const auto try_all = [&](std::vector<Faults> lists) {
    tries += lists.size();
    const auto found = lists.empty() ? std::nullopt : first_that_fails(lists);
    if (found) faults = std::move(lists[*found]);
    return found.has_value();
  };
  try_all({Faults{}});
  for (std::size_t parts = 2; !faults.empty() && parts <= faults.size() * 2 && in_time();) {
    const std::size_t now = std::min(parts, faults.size());
    if (try_all(without_each_part(faults, now))) {
      parts = std::max<std::size_t>(now - 1, 2);
      if (faults.size() == 1 && try_all({Faults{}})) break;
      if (faults.size() == 1) break;
    } else {
      parts *= 2;
    }
  }
  for (std::size_t i = 0; i < faults.size(); ++i) {
    for (bool again = true; again && in_time();) {
      std::vector<Faults> lists;
      for (const FaultRule& rule : smaller(faults[i].rule))
        (lists.emplace_back(faults)[i] = {rule, text_of(rule)});
      again = try_all(std::move(lists));
    }
  }
  return {std::move(faults), tries};
}

}  // namespace gnomon::scenarios
