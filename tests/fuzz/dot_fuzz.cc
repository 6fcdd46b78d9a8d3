// Any text as the JSON of a drawn graph: it is refused, or what comes of it is YAML of the
// scenario language. Whether the values fit is for the decoder to say, so mistakes may be found,
// but not in the text itself.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "adapters/importers/dot.h"
#include "scenarios/language/diagnostics.h"
#include "scenarios/language/scenario.h"
#include "scenarios/language/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto imported = gnomon::adapters::import_dot(text, "graph.dot");
  if (!imported) return 0;
  const gnomon::scenarios::MemoryFiles files({{"graph.yaml", imported->yaml}});
  const auto scenario = gnomon::scenarios::load_scenario("graph.yaml", {}, files);
  if (scenario) {
    if (scenario->workflows.front()->node_count() != imported->nodes) std::abort();
    return 0;
  }
  gnomon::scenarios::Diagnostics diagnostics;
  const auto source = diagnostics.add_source("graph.yaml", imported->yaml);
  gnomon::scenarios::YamlBudget budget;
  if (!gnomon::scenarios::read_yaml(source, diagnostics, budget) &&
      diagnostics.to_string().find("deep") == std::string::npos) {
    std::fprintf(stderr, "%s\n%s\n", diagnostics.to_string().c_str(), imported->yaml.c_str());
    std::abort();
  }
  return 0;
}
