#include <algorithm>

#include "engine/base/nearest_name.h"
#include "engine/events/route.h"
#include "engine/model/cycles.h"
#include "scenarios/language/scenario_type.h"

namespace gnomon::scenarios {
namespace {

const Value& nothing() {
  static const Value value;
  return value;
}

const Value& part(const Value& value, std::string_view key) {
  const Value* found = value.find(key);
  return found == nullptr ? nothing() : *found;
}

Place place_of_key(const Value& map, std::string_view key) {
  for (const Member& member : map.members) {
    if (member.key == key) return member.place;
  }
  return map.place;
}

/// A task whose runtime is simulated, and says nothing of actions that are not described, must have
/// one that is.
void check_actions(const Scenario& scenario, const Value& root, Decoder& decoder) {
  const Value& actions = part(root, "actions");
  for (const Decoder::ActionUse& use : decoder.actions_used()) {
    const Value& runtime = part(part(root, "runtimes"), use.runtime);
    if (runtime.kind != ValueKind::kMap || runtime.find("otherwise") != nullptr ||
        runtime.find("process") != nullptr)
      continue;
    if (scenario.actions.contains(use.action) || actions.find(use.action) != nullptr) continue;
    NearestName nearest(use.action);
    if (decoder.may_hint(actions.members.size())) {
      for (const Member& action : actions.members) nearest.consider(action.key);
    }
    decoder.error(
        use.place,
        fmt::format(
            "unknown action '{}'{}; runtime '{}' does not say how others behave ('otherwise')",
            use.action, nearest.hint(), use.runtime));
  }
}

/// Subscribers and routes have their places among the events under their names.
void check_cursors(const Scenario& scenario, const Value& root, Decoder& decoder) {
  const Value& subscribers = part(root, "subscribers");
  const Value& routes = part(root, "routes");
  for (const Member& route : routes.members) {
    if (subscribers.find(route.key) == nullptr) continue;
    decoder.error(
        route.place,
        fmt::format("'{}' is a subscriber already: a route needs a name of its own", route.key));
  }
  const auto check = [&](const Route& route, const Value& map) {
    if (!route.was.empty() &&
        (subscribers.find(route.was) != nullptr || routes.find(route.was) != nullptr)) {
      decoder.error(
          part(part(map, route.name), "was").place,
          fmt::format("'{}' cannot have been '{}', which is there still", route.name, route.was));
    }
    if (is_reserved(route.name)) {
      decoder.error(place_of_key(map, route.name),
                    fmt::format("names that begin with '{}' or '{}' are the engine's own",
                                kPublisherPrefix, kFromShardPrefix));
    }
    if (is_reserved(route.was)) {
      decoder.error(part(part(map, route.name), "was").place,
                    fmt::format("'{}' cannot have been '{}': names that begin with '{}' or '{}' "
                                "are the engine's own",
                                route.name, route.was, kPublisherPrefix, kFromShardPrefix));
    }
  };
  for (const SubscriberSettings& each : scenario.subscribers) check(each.route, subscribers);
  for (const RouteSettings& each : scenario.routes) check(each.route, routes);
  for (const Member& source : part(root, "sources").members) {
    if (source.key.contains('*')) {
      decoder.error(source.place, "the name of a source cannot hold '*'");
    } else if (source.key == "engine") {
      decoder.error(source.place, "'engine' is the source of the engine's own events");
    }
  }
}

using Visit = std::function<void(const WorkflowTarget&)>;

/// Visits the workflows that a definition names, those that are named by definitions in place
/// included.
void visit_targets(const Definition& definition, const Visit& visit) {
  const auto visit_one = [&](const WorkflowTarget& target) {
    if (target.definition != nullptr) {
      visit_targets(*target.definition, visit);
    } else {
      visit(target);
    }
  };
  std::vector<bool> seen(definition.spec_count());
  for (NodeIndex node = 0; node < definition.node_count(); ++node) {
    if (seen[definition.spec_index(node)]) continue;
    seen[definition.spec_index(node)] = true;
    const NodeWork& work = definition.spec(node).work;
    if (const auto* child = std::get_if<SubworkflowSpec>(&work)) visit_one(child->workflow);
    if (const auto* loop = std::get_if<LoopSpec>(&work)) visit_one(loop->body);
    if (const auto* map = std::get_if<MapSpec>(&work)) {
      visit_one(map->body);
      if (map->reduce) visit_one(*map->reduce);
    }
  }
}

void check_recursion(const Scenario& scenario, const Value& root, Decoder& decoder) {
  std::map<std::string, NodeIndex, std::less<>> numbers;
  for (const DefinitionPtr& workflow : scenario.workflows) {
    numbers.emplace(workflow->name(), static_cast<NodeIndex>(numbers.size()));
  }
  std::vector<Edge> edges;
  for (NodeIndex from = 0; from < scenario.workflows.size(); ++from) {
    visit_targets(*scenario.workflows[from], [&](const WorkflowTarget& target) {
      const auto to = numbers.find(target.name);
      if (to == numbers.end()) return;
      edges.emplace_back(from, to->second);
      const std::string& version = scenario.workflows[to->second]->version();
      if (target.version.empty() || target.version == version) return;
      decoder.error(
          place_of_key(part(root, "workflows"), scenario.workflows[from]->name()),
          fmt::format("workflow '{}' asks for version '{}' of '{}', which is version '{}'",
                      scenario.workflows[from]->name(), target.version, target.name, version));
    });
  }
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  const Cycles cycles =
      find_cycles(static_cast<NodeIndex>(numbers.size()), edges, Diagnostics::kShown);
  for (const std::vector<NodeIndex>& path : cycles.paths) {
    std::string text;
    for (const NodeIndex each : path) text += scenario.workflows[each]->name() + " -> ";
    const std::string& first = scenario.workflows[path.front()]->name();
    decoder.error(place_of_key(part(root, "workflows"), first),
                  fmt::format("workflow '{}' runs itself: {}{}", first, text, first));
  }
}

/// Looks for the nodes that a test names in its workflow, as it is written: a workflow with other
/// mistakes has nodes too.
class TestChecker {
 public:
  TestChecker(const Scenario& scenario, const Value& root, Decoder& decoder)
      : root_(root), decoder_(decoder) {
    for (const DefinitionPtr& workflow : scenario.workflows)
      workflows_.emplace(workflow->name(), workflow.get());
  }

  void check(const Value& test) {
    const Value& workflow = part(test, "workflow");
    const auto found = workflows_.find(workflow.text);
    definition_ = found == workflows_.end() ? nullptr : found->second;
    nodes_ = &part(part(part(root_, "workflows"), workflow.text), "nodes");
    if (definition_ == nullptr && nodes_->kind != ValueKind::kMap) return;
    name_ = workflow.text;
    for (const Member& mock : part(test, "mocks").members) check_mock(mock);
    const Value& expected = part(test, "expect");
    for (const Member& node : part(expected, "nodes").members) find(node.key, node.place);
    for (const Value& list : part(expected, "order").items) check_nodes(list);
    check_nodes(part(expected, "not_run"));
  }

 private:
  void check_nodes(const Value& names) {
    if (names.kind == ValueKind::kString) find(names.text, names.place);
    for (const Value& name : names.items) {
      if (name.kind == ValueKind::kString) find(name.text, name.place);
    }
  }

  void check_mock(const Member& mock) {
    if (find(mock.key, mock.place) && !is_task(mock.key)) {
      decoder_.error(mock.place,
                     fmt::format("node '{}' is no task: only tasks are mocked", mock.key));
    }
  }

  bool has(std::string_view name) const {
    return definition_ != nullptr ? definition_->find(name).has_value()
                                  : nodes_->find(name) != nullptr;
  }
  bool is_task(std::string_view name) const {
    return definition_ != nullptr
               ? definition_->spec(*definition_->find(name)).kind() == NodeKind::kTask
               : nodes_->find(name)->find("task") != nullptr;
  }

  bool find(std::string_view name, Place place) {
    if (has(name)) return true;
    NearestName nearest(name);
    if (definition_ == nullptr) {
      for (const Member& node : nodes_->members) nearest.consider(node.key);
    } else if (decoder_.may_hint(definition_->node_count())) {
      for (NodeIndex i = 0; i < definition_->node_count(); ++i)
        nearest.consider(definition_->node_name(i));
    }
    decoder_.error(place,
                   fmt::format("workflow '{}' has no node '{}'{}", name_, name, nearest.hint()));
    return false;
  }

  const Value& root_;
  Decoder& decoder_;
  std::map<std::string, const Definition*, std::less<>> workflows_;
  const Definition* definition_ = nullptr;  ///< null if it has other mistakes
  const Value* nodes_ = nullptr;
  std::string name_;
};

}  // namespace

void check_scenario(const Scenario& scenario, const Value& root, Decoder& decoder) {
  decoder.declare(NameKind::kSource, "engine");  // the shard's own events
  for (const NameKind kind : {NameKind::kRuntime, NameKind::kWorkflow, NameKind::kTenant,
                              NameKind::kSubscriber, NameKind::kSource, NameKind::kNodeKind}) {
    decoder.check_names(kind);
  }
  check_actions(scenario, root, decoder);
  check_recursion(scenario, root, decoder);
  check_cursors(scenario, root, decoder);
  check_thresholds(root, decoder);
  check_sense(scenario, root, decoder);
  TestChecker tests(scenario, root, decoder);
  for (const Member& test : part(root, "tests").members) tests.check(test.value);
}

}  // namespace gnomon::scenarios
