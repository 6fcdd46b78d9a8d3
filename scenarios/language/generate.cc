#include "scenarios/language/generate.h"

#include <fmt/format.h>

namespace gnomon::scenarios {
namespace {

class ModelNumbers {
 public:
  explicit ModelNumbers(std::uint64_t seed) : x_(seed) {}
  std::uint64_t next() { return x_ = x_ * 6364136223846793005ULL + 1442695040888963407ULL; }
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>((next() >> 33) % bound);
  }

 private:
  std::uint64_t x_;
};

}  // namespace

std::vector<Duration> add_layers(const LayeredGraph& graph, std::uint32_t spec,
                                 DefinitionBuilder& builder) {
  std::vector<Duration> durations;
  ModelNumbers numbers(graph.seed);
  fmt::memory_buffer name;
  for (std::uint32_t layer = 0; layer < graph.layers; ++layer) {
    for (std::uint32_t i = 0; i < graph.width; ++i) {
      name.clear();
      fmt::format_to(std::back_inserter(name), "l{}_{}", layer, i);
      const NodeIndex node = builder.add_node({name.data(), name.size()}, spec);
      const std::uint64_t drawn = numbers.next() >> 11;
      if (graph.durations) {
        const auto [shortest, longest] = *graph.durations;
        const auto spread = static_cast<std::uint64_t>((longest - shortest).count());
        durations.push_back(shortest + Duration{static_cast<std::int64_t>(drawn % spread)});
      }
      if (layer == 0) continue;
      const NodeIndex before = (layer - 1) * graph.width;
      if (graph.edges == LayeredGraph::Edges::kNeighbours) {
        for (std::uint32_t k = 0; k < graph.fan_in; ++k)
          builder.add_edge(before + (i + k) % graph.width, node);
      } else {
        for (std::uint32_t k = 1 + numbers.below(graph.fan_in); k > 0; --k) {
          builder.add_edge(before + numbers.below(graph.width), node);
        }
      }
    }
  }
  return durations;
}

}  // namespace gnomon::scenarios
