// A scenario, its includes and overrides. Whatever is taken can be decoded again from its own
// sources, and means the same; whatever is refused says why.
//
// The input is several files, each after a line "%% name": the scenario is the first. A file named
// "set" holds overrides, one a line.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ensure.h"
#include "scenarios/language/scenario.h"

using namespace gnomon;
using namespace gnomon::scenarios;

namespace {

struct Input {
  std::map<std::string, std::string> files;
  std::string first;
  std::vector<std::string> overrides;
};

Input split(std::string_view text) {
  Input input;
  input.first = "s.yaml";
  std::string name = input.first;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, std::min(text.find('\n'), text.size()));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.starts_with("%% ")) {
      name = line.substr(3);
    } else if (name == "set") {
      input.overrides.emplace_back(line);
    } else {
      input.files[name].append(line).append("\n");
    }
  }
  if (input.overrides.size() > 8) input.overrides.resize(8);
  return input;
}

/// Generated graphs of millions of nodes are allowed, but too slow here.
bool is_small(std::string_view text) {
  return text.find("layers") == std::string_view::npos &&
         text.find("width") == std::string_view::npos;
}

void check(const Scenario& scenario) {
  for (const DefinitionPtr& definition : scenario.workflows) {
    const auto again = decode_workflow(definition->name(), definition->source().json());
    ENSURE(again, "the source of '{}' is not taken: {}", definition->name(), again.error().message);
    ENSURE((*again)->source() == definition->source(), "'{}' has another source",
           definition->name());
    ENSURE((*again)->node_count() == definition->node_count() &&
               (*again)->edge_count() == definition->edge_count(),
           "'{}' has another graph", definition->name());
    ENSURE((*again)->version() == definition->version(), "'{}' has another version",
           definition->name());
  }
  for (const ScheduleSettings& schedule : scenario.schedules) {
    const auto again = decode_schedule(schedule.name, schedule.schedule.source.json(), {});
    ENSURE(again, "the source of '{}' is not taken: {}", schedule.name, again.error().message);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!is_small(text)) return 0;
  Input input = split(text);
  const auto scenario =
      load_scenario(input.first, input.overrides, MemoryFiles(std::move(input.files)));
  if (scenario) {
    check(*scenario);
  } else {
    ENSURE(!scenario.error().to_string().empty(), "refused without a reason");
  }
  return 0;
}
