// Any text as a WfFormat trace: it is read or refused, and what comes of it is a scenario.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "adapters/importers/wfformat.h"
#include "scenarios/language/scenario.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto imported = gnomon::adapters::import_wfformat(text, "trace.json");
  if (!imported) return 0;
  const gnomon::scenarios::MemoryFiles files({{"trace.yaml", imported->yaml}});
  const auto scenario = gnomon::scenarios::load_scenario("trace.yaml", {}, files);
  if (!scenario) {
    std::fprintf(stderr, "%s\n%s\n", scenario.error().to_string().c_str(), imported->yaml.c_str());
    std::abort();
  }
  const gnomon::Definition& definition = *scenario->workflows.front();
  if (definition.node_count() != imported->tasks || definition.edge_count() != imported->edges ||
      imported->shortest > imported->longest) {
    std::abort();
  }
  return 0;
}
