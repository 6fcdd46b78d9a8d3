#include "scenarios/language/decoder.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <ranges>

#include "engine/base/nearest_name.h"

namespace gnomon::scenarios {
namespace {
constexpr std::size_t kMaxDataBytes = std::size_t{256} << 20;
}

std::string_view to_string(NameKind kind) {
  constexpr std::array<std::string_view, kNameKindCount> kNames = {
      "runtime", "action", "workflow", "tenant", "subscriber", "source", "kind of node"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string Decoder::hint_among(std::string_view wanted,
                                const std::vector<std::string>& names) const {
  if (!may_hint(names.size())) return "";
  NearestName nearest(wanted);
  for (const std::string& name : names) nearest.consider(name);
  if (!nearest.name().empty()) return nearest.hint();
  if (names.empty()) return "; there is none";
  if (names.size() == 1) return fmt::format("; there is only {}", names.front());
  constexpr std::size_t kShown = 8;
  const auto shown = names | std::views::take(kShown);
  return fmt::format("; there are {}{}", fmt::join(shown, ", "),
                     names.size() > kShown ? ", ..." : "");
}

std::optional<Expression> Decoder::compile(const Value& value, std::string_view text) {
  Expected<Expression> compiled = expressions_.compile(text);
  if (compiled) return *std::move(compiled);
  error(value.place, fmt::format("in this expression, {}", compiled.error().message));
  return std::nullopt;
}

const std::string* Decoder::read_file(const Value& name) {
  const std::string path = relative_to(diagnostics_.source_name(name.place.source), name.text);
  const auto [entry, is_new] = read_.emplace(path, std::nullopt);
  if (is_new) {
    Expected<std::string> text = files_.read(path, kMaxDataBytes);
    if (text) {
      entry->second = *std::move(text);
    } else {
      error(name.place, fmt::format("cannot read '{}': {}", path, text.error().message));
    }
  }
  return entry->second ? &*entry->second : nullptr;
}

Expected<Zone> Decoder::find_zone(std::string_view name) const {
  if (name == "UTC") return Zone{};
  if (!zones_) return invalid("time zones are not known here; UTC is");
  return zones_(name);
}

void Decoder::check_names(NameKind kind) {
  std::vector<std::string>& declared = declared_[index(kind)];
  std::vector<std::string> sorted = declared;
  std::sort(sorted.begin(), sorted.end());
  for (const Use& use : uses_) {
    if (use.kind != kind || std::binary_search(sorted.begin(), sorted.end(), use.name)) continue;
    NearestName nearest(use.name);
    if (may_hint(declared.size())) {
      for (const std::string& name : declared) nearest.consider(name);
    }
    std::string hint = nearest.hint();
    if (kind == NameKind::kNodeKind && hint.empty()) {
      hint = sorted.empty() ? ": this program brings none of its own"
                            : fmt::format(": this program brings {}", fmt::join(sorted, ", "));
    }
    error(use.place, fmt::format("unknown {} '{}'{}", to_string(kind), use.name, hint));
  }
}

std::optional<NodeIndex> Decoder::find_node(const Value& name) {
  const auto found = nodes_.find(name.text);
  if (found != nodes_.end()) return found->second;
  if (is_part) return std::nullopt;
  NearestName nearest(name.text);
  if (may_hint(nodes_.size())) {
    std::vector<std::string_view> in_order(nodes_.size());
    for (const auto& [each, node] : nodes_) in_order[node] = each;
    for (const std::string_view each : in_order) nearest.consider(each);
  }
  error(name.place, fmt::format("unknown node '{}'{}", name.text, nearest.hint()));
  return std::nullopt;
}

std::string relative_to(std::string_view from, std::string_view path) {
  const std::filesystem::path base = std::filesystem::path(from).parent_path();
  return (base / path).lexically_normal().string();
}

}  // namespace gnomon::scenarios
