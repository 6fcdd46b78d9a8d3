#include "engine/events/workflow_names.h"

#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "engine/expressions/json.h"

namespace gnomon {
namespace {

constexpr std::string_view kHops = "event_hops";
constexpr std::string_view kRoute = "event_route";

std::uint32_t hops_in(const Payload& labels) {
  if (!labels.text().contains(kHops)) return 0;
  const Expected<Payload> label = json_field(labels, kHops);
  if (!label) return 0;
  const std::string_view text = label->text();  // "3", with its quotes
  std::uint32_t hops = 0;
  if (text.size() > 2) std::from_chars(text.data() + 1, text.data() + text.size() - 1, hops);
  return hops;
}

}  // namespace

Payload route_labels(std::uint32_t hops, std::string_view route) {
  return JsonObject{}.add_string(kHops, fmt::to_string(hops)).add_string(kRoute, route).payload();
}

WorkflowNamesPtr WorkflowDirectory::find(WorkflowId id) const {
  const auto found = names_.find(id);
  return found == names_.end() ? nullptr : found->second;
}

WorkflowNamesPtr WorkflowDirectory::note(const WorkflowRow& row) {
  WorkflowNamesPtr names = read(row);
  names_.try_emplace(row.id, names);
  return names;
}

WorkflowNamesPtr WorkflowDirectory::read(const WorkflowRow& row) const {
  if (WorkflowNamesPtr names = find(row.id)) return names;
  const WorkflowNamesPtr parent = find(row.parent.workflow);
  return std::make_shared<const WorkflowNames>(
      WorkflowNames{.definition = definitions_.definition(row.definition),
                    .tenant = row.tenant,
                    .key = row.key,
                    .labels = row.labels,
                    .parent = row.parent,
                    .hops = parent == nullptr ? hops_in(row.labels) : parent->hops});
}

}  // namespace gnomon
