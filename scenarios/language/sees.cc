#include "scenarios/language/sees.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <ranges>
#include <utility>

#include "engine/base/nearest_name.h"
#include "engine/expressions/paths_named.h"

namespace gnomon::scenarios {
namespace {

using Keys = std::vector<std::string_view>;

Keys keys_of(std::string_view path) {
  Keys keys;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('.', at), path.size());
    keys.push_back(path.substr(at, end - at));
    at = end + 1;
  }
  return keys;
}

/// ".nodes.a"
std::string shown(const NamedPath& path, std::size_t keys) {
  std::string text;
  for (std::size_t i = 0; i < keys; ++i) text += "." + path[i];
  return text;
}

std::string nothing_there(const NamedPath& path, std::size_t keys, Keys there) {
  constexpr std::size_t kShown = 8;
  std::ranges::sort(there);
  const auto doubles = std::ranges::unique(there);
  there.erase(doubles.begin(), doubles.end());
  NearestName nearest(path[keys - 1]);
  for (const std::string_view key : there) nearest.consider(std::string(key));
  const std::string what = fmt::format("'{}' is always null", shown(path, keys));
  if (!nearest.name().empty()) return what + nearest.hint();
  return fmt::format("{}; there {} {}{}{}", what, there.size() == 1 ? "is only" : "are",
                     fmt::join(there | std::views::take(kShown), ", "),
                     there.size() > kShown ? ", ..." : "",
                     keys == 1 ? "" : fmt::format(" in '{}'", shown(path, keys - 1)));
}

/// "" if some of what is seen begins with the path, or the path with it.
std::string never_seen(const NamedPath& path, std::vector<Keys> seen) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    Keys there;
    std::vector<Keys> further;
    for (const Keys& keys : seen) {
      if (keys.size() == i) return "";
      there.push_back(keys[i]);
      if (keys[i] == "*" || keys[i] == path[i]) further.push_back(keys);
    }
    if (further.empty()) return nothing_there(path, i + 1, std::move(there));
    seen = std::move(further);
  }
  return "";
}

}  // namespace

const Sees& node_sees() {
  static const Sees sees = {"input",       "nodes.*.error", "nodes.*.outcome", "nodes.*.output",
                            "workflow.id", "workflow.name", "workflow.run"};
  return sees;
}

const Sees& engine_event_sees() {
  static const Sees sees = {"data.attempt",
                            "data.definition",
                            "data.delay_ns",
                            "data.due",
                            "data.error_class",
                            "data.idle_ns",
                            "data.kind",
                            "data.load_percent",
                            "data.missed",
                            "data.node.index",
                            "data.node.name",
                            "data.outcome",
                            "data.reason",
                            "data.run",
                            "data.runtime",
                            "data.schedule",
                            "data.sequence",
                            "data.shard",
                            "data.signal",
                            "data.state",
                            "data.workflow.id",
                            "data.workflow.key",
                            "data.workflow.labels",
                            "data.workflow.name",
                            "data.workflow.parent.node",
                            "data.workflow.parent.workflow",
                            "data.workflow.tenant",
                            "data.workflow.version",
                            "datacontenttype",
                            "id",
                            "source",
                            "specversion",
                            "subject",
                            "time",
                            "type"};
  return sees;
}

std::vector<std::string> never_seen(const Expression& expression, const Sees& sees) {
  std::vector<std::string> problems;
  if (sees.empty()) return problems;
  std::vector<Keys> seen;
  for (const std::string_view path : sees) seen.push_back(keys_of(path));
  for (const NamedPath& path : paths_named(expression)) {
    if (std::string problem = never_seen(path, seen); !problem.empty())
      problems.push_back(std::move(problem));
  }
  return problems;
}

std::vector<std::string> never_seen_of_event(const Expression& expression) {
  constexpr std::array<std::string_view, 9> kAttributes = {
      "data",        "datacontenttype", "dataschema", "id",  "source",
      "specversion", "subject",         "time",       "type"};
  std::vector<std::string> problems;
  for (const NamedPath& path : paths_named(expression)) {
    const std::string& name = path.front();
    const bool is_attribute = name == "data_base64" || std::ranges::all_of(name, [](char c) {
                                return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
                              });
    if (is_attribute) continue;
    NearestName nearest(name);
    for (const std::string_view key : kAttributes) nearest.consider(std::string(key));
    problems.push_back(
        fmt::format("'.{}' is always null: attributes of events have only a-z and 0-9{}", name,
                    nearest.hint()));
  }
  return problems;
}

}  // namespace gnomon::scenarios
