#include "scenarios/checker/explain.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace gnomon::scenarios {
namespace {

using Strikes = std::vector<sim::Strike>;

class Explaining {
 public:
  Explaining(const Trial& trial, std::uint64_t seed, const std::atomic<bool>* interrupted,
             const std::function<void(std::size_t)>& told)
      : trial_(trial), seed_(seed), interrupted_(interrupted), told_(told) {}

  Expected<Explanation> explain() {
    std::map<sim::Strike, sim::StrikeNote> notes;
    TrialOptions options{.seed = seed_, .twice = false};
    options.struck = [&](const sim::StrikeNote& note) { notes.emplace(note.strike, note); };
    auto result = trial_(options);
    if (!result) return std::unexpected(result.error());
    Explanation explanation{.result = std::move(*result), .strikes = notes.size()};
    if (explanation.result.verdict == Verdict::kPassed) return explanation;
    Strikes all;
    for (const auto& [strike, note] : notes) all.push_back(strike);
    if (passes_without(all)) {
      for (const sim::Strike& strike : fewest(std::move(all)))
        explanation.needed.push_back(notes.at(strike));
    }
    explanation.runs = runs_;
    return explanation;
  }

 private:
  bool stopped() const { return interrupted_ != nullptr && interrupted_->load(); }

  bool passes_without(const Strikes& spared) {
    if (stopped()) return false;
    ++runs_;
    TrialOptions options{.seed = seed_, .twice = false};
    options.spared = {spared.begin(), spared.end()};
    const auto result = trial_(options);
    return result && result->verdict == Verdict::kPassed;
  }

  /// The run passes without `spared`: so few of them that it fails with any one less left out.
  Strikes fewest(Strikes spared) {
    for (std::size_t parts = 2; spared.size() > 1 && !stopped();) {
      if (told_) told_(spared.size());
      if (auto less = less_of(spared, parts)) {
        spared = std::move(less->first);
        parts = less->second;
      } else if (parts < spared.size()) {
        parts = std::min(parts * 2, spared.size());
      } else {
        break;
      }
    }
    return spared;
  }

  /// One of the parts, or all but one of them, that will do; and in how many to cut that.
  std::optional<std::pair<Strikes, std::size_t>> less_of(const Strikes& spared, std::size_t parts) {
    const auto at = [&](std::size_t part) {
      return spared.begin() + static_cast<std::ptrdiff_t>(spared.size() * part / parts);
    };
    for (std::size_t part = 0; part < parts; ++part) {
      Strikes only(at(part), at(part + 1));
      if (passes_without(only)) return std::pair{std::move(only), std::size_t{2}};
    }
    for (std::size_t part = 0; part < parts && parts > 2; ++part) {
      Strikes others(spared.begin(), at(part));
      others.insert(others.end(), at(part + 1), spared.end());
      if (passes_without(others)) return std::pair{std::move(others), parts - 1};
    }
    return std::nullopt;
  }

  const Trial& trial_;
  std::uint64_t seed_;
  const std::atomic<bool>* interrupted_;
  const std::function<void(std::size_t)>& told_;
  std::uint64_t runs_ = 0;
};

}  // namespace

Expected<Explanation> explain(const Trial& trial, std::uint64_t seed,
                              const std::atomic<bool>* interrupted,
                              const std::function<void(std::size_t left)>& told) {
  return Explaining(trial, seed, interrupted, told).explain();
}

}  // namespace gnomon::scenarios
