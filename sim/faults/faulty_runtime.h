#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>

#include "engine/ports/inbox.h"
#include "engine/ports/runtime.h"
#include "sim/faults/fault_plan.h"

namespace gnomon::sim {

/// A runtime that suffers the faults of a plan, in front of one that does not: launches refused,
/// delayed or unanswered, workers that die, completions lost, late or told twice. Give it to the
/// inner runtime as its Inbox.
class FaultyRuntime final : public Runtime, public Inbox, private Wakeable {
 public:
  FaultyRuntime(std::string name, FaultPlan& plan, Clock& clock, Inbox& inbox)
      : name_(std::move(name)), plan_(plan), clock_(clock), inbox_(inbox) {}
  /// To be called once, before anything is launched.
  void connect(Runtime& inner) { inner_ = &inner; }

  void launch(const Launch& launch) override;
  void poll(const ActionKey& key) override;
  void cancel(const ActionKey& key) override { inner_->cancel(key); }
  void post(Answer answer) override;

 private:
  void wake(std::uint64_t tag) override;
  /// A launch keeps its definition: its host may die meanwhile.
  struct DelayedLaunch {
    Launch launch;
    DefinitionPtr definition;
  };
  using Delayed = std::variant<DelayedLaunch, Answer>;
  void later(Duration delay, Delayed what);
  static std::uint64_t number_of(const ActionKey& key) {
    return (std::uint64_t{key.node} << 16) ^ key.attempt;
  }

  std::string name_;
  FaultPlan& plan_;
  Clock& clock_;
  Inbox& inbox_;
  Runtime* inner_ = nullptr;
  std::map<std::uint64_t, Delayed> delayed_;  // by tag
  std::uint64_t next_tag_ = 0;
};

}  // namespace gnomon::sim
