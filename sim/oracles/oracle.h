#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/oracles/history.h"

namespace gnomon::sim {

/// What kind of promise was broken.
enum class Property : std::uint8_t {
  kSafety,    ///< something happened that must never happen
  kLiveness,  ///< something did not happen that must happen once nothing goes wrong any more
};

/// One broken promise, and the event that broke it.
struct Violation {
  std::string oracle;
  Property property = Property::kSafety;
  std::string what;
  Instant at{};
  WorkflowId workflow = WorkflowId::kNone;
  NodeIndex node = kNoNode;
  std::uint64_t event = 0;  ///< its number in its shard; 0: it was no event
};

/// How a run ended.
struct Ending {
  Instant at{};
  /// Faults had stopped long enough before for everything to come to its end.
  bool calm = false;
};

/// Events of a shard that a subscriber has taken, by their numbers, in the order in which it got
/// them.
struct Taken {
  std::string subscriber;
  ShardId shard = 0;
  Instant at{};
  bool takes_all = false;  ///< it asks for every event of the engine, from the first it is given
  std::vector<std::uint64_t> events;
};

/// Something that must hold of every run. Sees each durable event before it counts as known, so
/// that it can hold it against what was known before; then the commit as a whole; then the end.
///
/// Keeps only what it needs; decides nothing at random; a run of the same events gives the same
/// violations.
class Oracle {
 public:
  explicit Oracle(std::string_view name) : name_(name) {}
  virtual ~Oracle() = default;

  std::string_view name() const { return name_; }

  virtual void event(const History&, const Event&) {}
  /// All of its events are known.
  virtual void commit(const History&, const Commit&) {}
  /// What leaves the engine; see Watch.
  virtual void launched(const History&, const ActionKey&, Instant) {}
  virtual void answered(const History&, WorkflowId, Instant) {}
  virtual void delivered(const History&, const Taken&) {}
  virtual void end(const History&, const Ending&) {}

  const std::vector<Violation>& violations() const { return violations_; }

 protected:
  /// Only the first of many are kept.
  void violated(const Event& by, std::string what) {
    add({std::string(name_), Property::kSafety, std::move(what), by.at, by.workflow, by.node,
         by.sequence});
  }
  void add(Violation violation) {
    constexpr std::size_t kMost = 10;
    if (violations_.size() < kMost) violations_.push_back(std::move(violation));
  }

 private:
  std::string_view name_;
  std::vector<Violation> violations_;
};

}  // namespace gnomon::sim
