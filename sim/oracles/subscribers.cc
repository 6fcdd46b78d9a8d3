#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "sim/oracles/oracles.h"

namespace gnomon::sim {
namespace {

class Subscribers final : public Oracle {
 public:
  Subscribers() : Oracle("subscribers") {}

  void event(const History&, const Event& event) override {
    // Events from outside have ids of their own, by which nobody can number them.
    if (event.kind == EventKind::kExternal) from_outside_[event.shard].insert(event.sequence);
  }

  void commit(const History&, const Commit& commit) override {
    if (!commit.events.empty()) last_event_[commit.shard] = commit.events.back().sequence;
  }

  void delivered(const History&, const Taken& taken) override {
    Place& place = places_[{taken.subscriber, taken.shard}];
    std::uint64_t before = 0;
    for (const std::uint64_t event : taken.events) {
      if (event > last_event_[taken.shard]) {
        tell(taken, fmt::format("gets event {} before it is durable", event));
      } else if (before != 0 && event <= before) {
        tell(taken, fmt::format("gets event {} after event {}", event, before));
      } else if (taken.takes_all && place.last != 0 && next(taken.shard, place.last) < event) {
        tell(taken, fmt::format("gets event {} after event {}", event, place.last));
      }
      before = event;
      place.last = std::max(place.last, event);
    }
    place.takes_all = taken.takes_all;
  }

  void end(const History&, const Ending& ending) override {
    if (!ending.calm) return;
    for (const auto& [whom, place] : places_) {
      const std::uint64_t last = last_event_[whom.second];
      if (!place.takes_all || next(whom.second, place.last) > last) continue;
      add({.oracle = std::string(name()),
           .property = Property::kLiveness,
           .what = fmt::format("{} never got events {} to {} of shard {}", whom.first,
                               place.last + 1, last, whom.second),
           .at = ending.at});
    }
  }

 private:
  struct Place {
    std::uint64_t last = 0;
    bool takes_all = false;
  };

  /// The number of the event of the engine that follows on `event`, if there is one.
  std::uint64_t next(ShardId shard, std::uint64_t event) {
    const auto& outside = from_outside_[shard];
    do ++event;
    while (outside.contains(event));
    return event;
  }

  void tell(const Taken& taken, const std::string& what) {
    add({.oracle = std::string(name()),
         .what = fmt::format("{} of shard {} {}", taken.subscriber, taken.shard, what),
         .at = taken.at});
  }

  std::map<std::pair<std::string, ShardId>, Place> places_;
  std::map<ShardId, std::uint64_t> last_event_;
  std::map<ShardId, std::set<std::uint64_t>> from_outside_;
};

}  // namespace

std::unique_ptr<Oracle> subscribers() {
  return std::make_unique<Subscribers>();
}

}  // namespace gnomon::sim
