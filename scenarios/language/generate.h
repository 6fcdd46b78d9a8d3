#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/model/definition.h"

namespace gnomon::scenarios {

/// A large regular graph: `layers` of `width` nodes that are alike. The random one is the model by
/// which workflow engines and simulators are compared here: its numbers x := x *
/// 6364136223846793005 + 1442695040888963407 start at the seed; each node takes one for its
/// duration, and but for the first layer 1 + below(fan_in) parents of the layer before, with
/// below(m) := (x >> 33) mod m. 20 layers of 1,000 with seed 42 have 57,123 edges. A chain is a
/// width of 1.
struct LayeredGraph {
  enum class Edges : std::uint8_t {
    kRandom,      ///< 1 to fan_in parents
    kNeighbours,  ///< node i follows i, i+1, ... i+fan_in-1 of the layer before, modulo width
  };
  std::uint32_t layers = 1;
  std::uint32_t width = 1;
  std::uint32_t fan_in = 1;
  Edges edges = Edges::kRandom;
  std::uint64_t seed = 42;
  /// Shortest (inclusive) and longest (exclusive) simulated duration.
  std::optional<std::pair<Duration, Duration>> durations;
};

/// Adds its nodes, named "l<layer>_<number>" from 0, all of spec `spec`. Gives the durations by
/// node number, or nothing where none were asked for.
std::vector<Duration> add_layers(const LayeredGraph& graph, std::uint32_t spec,
                                 DefinitionBuilder& builder);

}  // namespace gnomon::scenarios
