#include "scenarios/language/threshold.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "scenarios/language/units.h"

namespace gnomon::scenarios {
namespace {

using Aggregate = Threshold::Aggregate;
using Comparison = Threshold::Comparison;
using Unit = Threshold::Unit;

constexpr std::array<std::pair<std::string_view, Aggregate>, 9> kAggregates = {
    {{"mean", Aggregate::kMean},
     {"avg", Aggregate::kMean},
     {"min", Aggregate::kMin},
     {"max", Aggregate::kMax},
     {"median", Aggregate::kMedian},
     {"med", Aggregate::kMedian},
     {"count", Aggregate::kCount},
     {"sum", Aggregate::kSum},
     {"rate", Aggregate::kRate}}};
constexpr std::array<std::pair<std::string_view, Comparison>, 6> kComparisons = {
    {{"<=", Comparison::kAtMost},
     {">=", Comparison::kAtLeast},
     {"==", Comparison::kEqual},
     {"!=", Comparison::kNotEqual},
     {"<", Comparison::kLess},
     {">", Comparison::kGreater}}};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

class ThresholdParser {
 public:
  explicit ThresholdParser(std::string_view text) : all_(text), left_(text) { result_.text = text; }

  Expected<Threshold> parse() {
    result_.metric = take_word();
    if (result_.metric.empty()) return wrong("expected the name of a metric");
    if (take("(")) {
      const std::size_t end = left_.find(')');
      if (end == std::string_view::npos) return wrong("expected ')' after the label");
      result_.label = left_.substr(0, end);
      left_.remove_prefix(end + 1);
    }
    if (Expected<void> words = parse_words(); !words) return std::unexpected(words.error());
    const auto comparison = std::find_if(kComparisons.begin(), kComparisons.end(),
                                         [this](const auto& entry) { return take(entry.first); });
    if (comparison == kComparisons.end())
      return wrong("expected a comparison: <, <=, >, >=, == or !=");
    result_.comparison = comparison->second;
    skip_spaces();
    if (Expected<void> bound = parse_bound(); !bound) return std::unexpected(bound.error());
    return std::move(result_);
  }

 private:
  std::unexpected<Error> wrong(std::string_view what) const {
    return invalid(fmt::format("column {}: {}", all_.size() - left_.size() + 1, what));
  }
  void skip_spaces() { left_.remove_prefix(std::min(left_.find_first_not_of(' '), left_.size())); }
  bool take(std::string_view token) {
    skip_spaces();
    if (!left_.starts_with(token)) return false;
    left_.remove_prefix(token.size());
    return true;
  }
  std::string_view take_word() {
    skip_spaces();
    const auto end = std::find_if_not(left_.begin(), left_.end(), is_word);
    const std::string_view word = left_.substr(0, static_cast<std::size_t>(end - left_.begin()));
    left_.remove_prefix(word.size());
    return word;
  }

  /// [label] [aggregate], each at most once.
  Expected<void> parse_words() {
    bool has_aggregate = false;
    while (true) {
      skip_spaces();
      const std::string_view before = left_;
      const std::string_view word = take_word();
      if (word.empty()) return {};
      if (has_aggregate) {
        left_ = before;
        return wrong("expected a comparison after the aggregate");
      }
      const auto aggregate = std::find_if(kAggregates.begin(), kAggregates.end(),
                                          [&](const auto& entry) { return entry.first == word; });
      if (word == "p" && take("(")) {
        if (Expected<void> percentile = parse_percentile(); !percentile) return percentile;
        has_aggregate = true;
      } else if (aggregate != kAggregates.end()) {
        result_.aggregate = aggregate->second;
        has_aggregate = true;
      } else if (result_.label.empty()) {
        result_.label = word;
      } else {
        left_ = before;
        return wrong(fmt::format("unknown aggregate '{}'; there are {}", word, kAggregateNames));
      }
    }
  }

  Expected<void> parse_percentile() {
    const std::string_view number = take_word();
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), result_.percentile);
    if (error != std::errc{} || end != number.data() + number.size() ||
        !(result_.percentile >= 0) || !(result_.percentile <= 100)) {
      return wrong("expected a percentile from 0 to 100");
    }
    if (!take(")")) return wrong("expected ')' after the percentile");
    result_.aggregate = Aggregate::kPercentile;
    return {};
  }

  template <typename T>
  bool set_bound(const Expected<T>& parsed, Unit unit) {
    if (!parsed) return false;
    if constexpr (std::is_same_v<T, Duration>) {
      result_.bound = static_cast<double>(parsed->count()) / 1e9;
    } else {
      result_.bound = static_cast<double>(*parsed);
    }
    result_.unit = unit;
    return true;
  }

  Expected<void> parse_bound() {
    const std::string_view bound = left_.substr(0, left_.find_last_not_of(' ') + 1);
    const auto [end, error] =
        std::from_chars(bound.data(), bound.data() + bound.size(), result_.bound);
    if (error == std::errc{} && end == bound.data() + bound.size() && std::isfinite(result_.bound))
      return {};
    if (set_bound(parse_percent(bound), Unit::kShare) ||
        set_bound(parse_rate(bound), Unit::kPerSecond) ||
        set_bound(parse_duration(bound), Unit::kSeconds) ||
        set_bound(parse_size(bound), Unit::kBytes)) {
      return {};
    }
    return wrong("expected a bound such as 30s, 1%, 5/s, 64MiB or 1000");
  }

  std::string_view all_;
  std::string_view left_;
  Threshold result_;
};

}  // namespace

bool Threshold::holds(double measured) const {
  switch (comparison) {
    case Comparison::kLess:
      return measured < bound;
    case Comparison::kAtMost:
      return measured <= bound;
    case Comparison::kGreater:
      return measured > bound;
    case Comparison::kAtLeast:
      return measured >= bound;
    case Comparison::kEqual:
      return measured == bound;
    case Comparison::kNotEqual:
      return measured != bound;
  }
  return false;
}

Expected<Threshold> parse_threshold(std::string_view text) {
  return ThresholdParser(text).parse();
}

}  // namespace gnomon::scenarios
