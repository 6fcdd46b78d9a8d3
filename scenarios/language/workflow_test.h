#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/model/policy.h"
#include "sim/workload/behaviour.h"

namespace gnomon::scenarios {

/// A unit test of a workflow: its nodes mocked, its clients played, and what must come of it. Runs
/// in virtual time.
struct WorkflowTest {
  /// What a client does at an offset from the start.
  struct Step {
    enum class Kind : std::uint8_t { kSignal, kCancel, kPause, kResume, kRetry };
    Duration at{};
    Kind kind = Kind::kSignal;
    std::string signal;  ///< of kSignal
    Payload payload;
  };
  struct NodeExpectation {
    std::optional<Outcome> outcome;
    std::optional<std::uint32_t> attempts;
    std::optional<Payload> output;
  };

  std::string name;
  std::string workflow;
  Payload input;
  std::string tenant;
  /// How tasks end, by node; a task without a mock behaves as the scenario says.
  std::map<std::string, sim::Behaviour> mocks;
  std::vector<Step> steps;  ///< in the order of the text; equal instants keep it

  std::optional<Outcome> outcome;
  std::optional<Payload> output;
  std::map<std::string, NodeExpectation> nodes;
  /// Each list names nodes that finish one after the other.
  std::vector<std::vector<std::string>> order;
  std::vector<std::string> not_run;
};

}  // namespace gnomon::scenarios
