#include "scenarios/language/load.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <unordered_map>

#include "scenarios/language/decoder.h"
#include "scenarios/language/overrides.h"
#include "scenarios/language/scenario_type.h"
#include "scenarios/language/yaml.h"

namespace gnomon::scenarios {
namespace {

/// Files that one scenario may include, in all.
constexpr std::size_t kMaxIncludes = 100;

void merge(Value& into, Value from) {
  if (into.kind != ValueKind::kMap || from.kind != ValueKind::kMap) {
    into = std::move(from);
    return;
  }
  into.members.reserve(into.members.size() +
                       from.members.size());  // so that keys stay where the views look for them
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < into.members.size(); ++i) places.emplace(into.members[i].key, i);
  for (Member& member : from.members) {
    const auto found = places.find(member.key);
    if (found == places.end()) {
      into.members.push_back(std::move(member));
    } else {
      into.members[found->second].place = member.place;
      merge(into.members[found->second].value, std::move(member.value));
    }
  }
}

class IncludeReader {
 public:
  IncludeReader(const FileReader& files, Diagnostics& diagnostics)
      : files_(files), diagnostics_(diagnostics) {}

  /// Nothing if the file itself cannot be read; what of its includes cannot is left out.
  std::optional<Value> read(const std::string& path) {
    return read(std::filesystem::path(path).lexically_normal().string(), std::nullopt);
  }
  /// Whether all could be read that is included.
  bool is_complete() const { return is_complete_; }

 private:
  /// `named_at`: where the file is included; nowhere for the first one.
  std::optional<Value> read(const std::string& path, std::optional<Place> named_at) {
    Expected<std::string> text = files_.read(path, budget_.bytes);
    if (!text) {
      const std::uint16_t source = named_at ? named_at->source : diagnostics_.add_source(path, "");
      diagnostics_.error(named_at.value_or(Place{source, 0, 0}),
                         named_at ? fmt::format("cannot read '{}': {}", path, text.error().message)
                                  : fmt::format("cannot read it: {}", text.error().message));
      return std::nullopt;
    }
    std::optional<Value> own =
        read_yaml(diagnostics_.add_source(path, *std::move(text)), diagnostics_, budget_);
    if (!own || own->kind != ValueKind::kMap) return own;
    const std::vector<std::string> changes = changes_of(*own);
    if (own->find("include") == nullptr) return changed(*std::move(own), changes, path);

    path_.push_back(path);
    Value merged = Value::map({});
    merged.place = own->place;
    const Value include = *own->find("include");
    if (include.is_scalar()) add(include, path, merged);
    for (const Value& name : include.items) add(name, path, merged);
    path_.pop_back();
    merge(merged, *std::move(own));
    return changed(std::move(merged), changes, path);
  }

  /// What the file changes in itself and in what it includes.
  static std::vector<std::string> changes_of(const Value& file) {
    std::vector<std::string> changes;
    const Value* set = file.find("set");
    if (set == nullptr) return changes;
    const auto take = [&](const Value& change) {
      if (change.kind == ValueKind::kString)
        changes.push_back(change.text);  // or the decoder tells
    };
    if (set->is_scalar()) take(*set);
    for (const Value& change : set->items) take(change);
    return changes;
  }
  Value changed(Value file, const std::vector<std::string>& changes, const std::string& path) {
    if (is_complete_) apply_overrides(file, changes, diagnostics_, path + ": set");
    return file;
  }

  void add(const Value& name, const std::string& from, Value& merged) {
    if (name.kind != ValueKind::kString) return;  // the decoder tells it
    const std::string path = relative_to(from, name.text);
    if (std::find(path_.begin(), path_.end(), path) != path_.end()) {
      std::string cycle;
      for (auto each = std::find(path_.begin(), path_.end(), path); each != path_.end(); ++each)
        cycle += *each + " -> ";
      diagnostics_.error(name.place, fmt::format("the file includes itself: {}{}", cycle, path));
      is_complete_ = false;
      return;
    }
    if (++count_ > kMaxIncludes) {
      if (count_ == kMaxIncludes + 1)
        diagnostics_.error(name.place,
                           fmt::format("more than {} files are included", kMaxIncludes));
      is_complete_ = false;
      return;
    }
    std::optional<Value> included = read(path, name.place);
    if (included) merge(merged, *std::move(included));
    is_complete_ = is_complete_ && included;
  }

  const FileReader& files_;
  Diagnostics& diagnostics_;
  YamlBudget budget_;
  std::vector<std::string> path_;
  std::size_t count_ = 0;
  bool is_complete_ = true;
};

}  // namespace

std::optional<Value> read_with_includes(const std::string& path, const FileReader& files,
                                        Diagnostics& diagnostics) {
  IncludeReader reader(files, diagnostics);
  std::optional<Value> root = reader.read(path);
  return reader.is_complete() ? std::move(root) : std::nullopt;
}

std::expected<Scenario, Diagnostics> load_scenario(const std::string& path,
                                                   std::span<const std::string> overrides,
                                                   const FileReader& files, const ZoneLookup& zones,
                                                   std::span<const std::string> custom_kinds) {
  Diagnostics diagnostics;
  IncludeReader reader(files, diagnostics);
  std::optional<Value> root = reader.read(path);
  if (!root) return std::unexpected(std::move(diagnostics));

  Decoder decoder(diagnostics, files, zones);
  decoder.is_part = !reader.is_complete();
  for (const std::string& kind : custom_kinds) decoder.declare(NameKind::kNodeKind, kind);
  if (!decoder.is_part) apply_overrides(*root, overrides, diagnostics);
  Scenario scenario;
  scenario_type().read(*root, decoder, scenario);
  if (!decoder.is_part) check_scenario(scenario, *root, decoder);
  if (!diagnostics.empty()) return std::unexpected(std::move(diagnostics));
  if (scenario.name.empty()) scenario.name = std::filesystem::path(path).stem().string();
  return scenario;
}

}  // namespace gnomon::scenarios
