#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "scenarios/language/diagnostics.h"
#include "scenarios/language/value.h"

namespace gnomon::scenarios {

/// What reading may still cost; each text that is read lowers it. Aliases count as often as they
/// are used, so that a small file cannot grow without bound.
struct YamlBudget {
  std::size_t bytes = std::size_t{64} << 20;
  std::size_t values = 4'000'000;
  std::size_t expanded_bytes = std::size_t{256} << 20;  ///< of all scalars, aliases expanded
};
inline constexpr unsigned kMaxYamlDepth = 64;

/// Reads one YAML 1.2 document, or JSON, from a source of `diagnostics` into a tree with the exact
/// place of every key and value. Nothing if the text is broken; the reason has been told. A key
/// given twice is an error.
///
/// Anchors and aliases are expanded; merge keys, tags (but !!str) and further documents are not
/// taken. An empty text is null.
std::optional<Value> read_yaml(std::uint16_t source, Diagnostics& diagnostics, YamlBudget& budget);

}  // namespace gnomon::scenarios
