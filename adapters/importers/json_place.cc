#include "adapters/importers/json_place.h"

#include <fmt/format.h>

#include <cmath>

#include "adapters/importers/json_locator.h"

namespace gnomon::adapters {

void Problems::add(std::string_view path, std::string_view what) {
  if (++count_ > kShown) return;
  paths_.emplace_back(path);
  whats_.emplace_back(what);
}

std::string Problems::text(std::string_view file_name, std::string_view source) const {
  const std::vector<std::string> places =
      source.empty() ? std::vector<std::string>{} : locate(source, paths_);
  std::string text;
  for (std::size_t i = 0; i < whats_.size(); ++i) {
    text += fmt::format("{}{}{}: {}{}{}", i == 0 ? "" : "\n", file_name,
                        places.empty() ? "" : fmt::format(":{}: error", places[i]), paths_[i],
                        paths_[i].empty() ? "" : ": ", whats_[i]);
  }
  if (count_ > kShown) text += fmt::format("\n{}: and {} more", file_name, count_ - kShown);
  return text;
}

JsonPlace JsonPlace::operator[](std::string_view key) const {
  std::string path = path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
  if (value_ == nullptr) return {nullptr, std::move(path), *problems_};
  if (!value_->is_object()) {
    expected("an object");
    return {nullptr, std::move(path), *problems_};
  }
  const auto found = value_->find(key);
  const bool there = found != value_->end() && !found->is_null();
  return {there ? &*found : nullptr, std::move(path), *problems_};
}

JsonPlace JsonPlace::operator[](std::size_t index) const {
  return {&(*value_)[index], fmt::format("{}[{}]", path_, index), *problems_};
}

void JsonPlace::expected(std::string_view what) const {
  problem(is_there() ? fmt::format("expected {}, found {} {}", what,
                                   value_->is_object() || value_->is_array() ? "an" : "a",
                                   value_->type_name())
                     : fmt::format("missing; expected {}", what));
}

bool JsonPlace::is_array() const {
  if (!is_there()) return false;
  if (value_->is_array()) return true;
  expected("an array");
  return false;
}

std::string_view JsonPlace::text() const {
  const std::string_view text = text_or_nothing();
  if (!text.empty()) return text;
  if (is_there() && value_->is_string())
    problem("empty");
  else
    expected("a string");
  return "";
}

std::string_view JsonPlace::text_or_nothing() const {
  if (is_there() && value_->is_string()) return value_->get_ref<const std::string&>();
  return "";
}

double JsonPlace::number() const {
  if (is_there() && value_->is_number()) return value_->get<double>();
  expected("a number");
  return 0;
}

Duration JsonPlace::seconds(Duration longest) const {
  const double ns = number() * 1e9;
  if (ns >= 0 && ns <= static_cast<double>(longest.count())) return Duration{std::llround(ns)};
  problem(fmt::format("expected a time of 0 to {} seconds", longest / 1s));
  return {};
}

std::optional<std::uint32_t> JsonPlace::count_or_nothing(std::uint32_t most) const {
  if (!is_there()) return std::nullopt;
  const double count = std::ceil(number());
  if (count >= 1 && count <= most) return static_cast<std::uint32_t>(count);
  if (value_->is_number()) problem(fmt::format("expected a number from 1 to {}", most));
  return std::nullopt;
}

}  // namespace gnomon::adapters
