#include "engine/events/route.h"

#include <set>
#include <string_view>

#include <fmt/format.h>

namespace gnomon {
namespace {

Expected<void> check(const Route& route) {
  const auto wrong = [&](std::string_view what) {
    return invalid(fmt::format("route `{}`: {}", route.name, what));
  };
  if (route.name.empty()) return invalid("a route needs a name");
  if (route.name.size() > kMaxRouteName) {
    return wrong(fmt::format("a name has at most {} bytes", kMaxRouteName));
  }
  if (route.batch < 1 || route.batch > kMaxBatch) {
    return wrong(fmt::format("batch must be from 1 to {}", kMaxBatch));
  }
  if (route.answer_timeout <= Duration::zero()) return wrong("answer_timeout must be positive");
  if (route.retry_delay <= Duration::zero()) return wrong("retry_delay must be positive");
  if (route.max_retry_delay < route.retry_delay) {
    return wrong("max_retry_delay must not be less than retry_delay");
  }
  if (const auto* deliver = std::get_if<DeliverTo>(&route.handler)) {
    if (deliver->sink == nullptr) return wrong("delivers to no sink");
  } else if (const auto* start = std::get_if<StartOnEvent>(&route.handler)) {
    if (start->workflow.name.empty() && start->workflow.definition == nullptr) {
      return wrong("starts no workflow");
    }
  } else if (const auto* signal = std::get_if<SignalOnEvent>(&route.handler)) {
    if (signal->signal.empty()) return wrong("the signal needs a name");
  }
  return {};
}

}  // namespace

Expected<void> check_routes(std::span<const Route> routes) {
  std::set<std::string_view> names;
  for (const Route& route : routes) {
    if (auto checked = check(route); !checked) return checked;
    if (is_reserved(route.name)) {
      return invalid(
          fmt::format("route `{}`: names that begin with `{}` or `{}` are the engine's own",
                      route.name, kPublisherPrefix, kFromShardPrefix));
    }
    if (!names.insert(route.name).second) {
      return invalid(fmt::format("there are two routes `{}`", route.name));
    }
  }
  for (const Route& route : routes) {
    if (names.contains(route.was)) {
      return invalid(
          fmt::format("route `{}` was `{}`, which is a route still", route.name, route.was));
    }
  }
  return {};
}

bool is_reserved(std::string_view name) {
  return name.starts_with(kPublisherPrefix) || name.starts_with(kFromShardPrefix);
}

bool glob_matches(std::string_view pattern, std::string_view text) {
  // Only the last star ever has to be tried again, so this takes |pattern| * |text| steps at most.
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_end = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_end = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_end;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace gnomon
