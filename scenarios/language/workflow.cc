#include "scenarios/language/workflow.h"

#include <fmt/ranges.h>

#include <set>
#include <unordered_map>

#include "scenarios/language/generate.h"
#include "scenarios/language/node_types.h"
#include "scenarios/language/nodes_seen.h"
#include "scenarios/language/yaml.h"

namespace gnomon::scenarios {
namespace {

/// Nodes and edges as they are collected, from `nodes:` or `generate:`.
struct GraphText {
  std::optional<DefinitionBuilder> builder;
  NodeBehaviours simulated;
  GeneratedDurations durations;
};

std::string current_name(const Decoder& decoder) {
  return fmt::format("{}", fmt::join(decoder.scope, "/"));
}

const Type<NodeText>& node_type() {
  static const Type<NodeText> type = [] {
    Object<NodeText> object("Node", "One node of a workflow: what it does, and after which nodes.");
    add_node_fields(object);
    object.field(
        "simulate",
        [](NodeText& node, sim::Behaviour behaviour) { node.simulate = std::move(behaviour); },
        behaviour_type(),
        "How this node behaves when simulated, whatever its action says. Production ignores it.");
    object.field("after", &NodeText::after, node_references(), "The nodes it waits for.");
    object.example(
        "{task: {runtime: gpu, action: train, units: 8}, after: prepare, retry: 3, timeout: 6h}");
    return std::move(object).type();
  }();
  return type;
}

/// All of a node but what is its own: nodes with the same text share one spec.
std::string fingerprint(const Value& node) {
  std::string text;
  for (const Member& member : node.members) {
    if (member.key == "after" || member.key == "simulate") continue;
    text += member.key + ':' + to_json(member.value) + ',';
  }
  return text;
}

/// Notes that a task's behaviour is to be found under its action.
void note_action(const NodeSpec& spec, const Value& node, Decoder& decoder) {
  const auto* task = std::get_if<TaskSpec>(&spec.work);
  if (task == nullptr) return;
  const Value* text = node.find("task");
  const Value* action = text->find("action");
  decoder.use_action(task->runtime, task->action, action == nullptr ? text->place : action->place);
}

class NodesReader {
 public:
  NodesReader(const Value& nodes, Decoder& decoder, GraphText& graph)
      : nodes_(nodes), decoder_(decoder), graph_(graph), name_(current_name(decoder)) {
    graph_.builder.emplace(name_);
  }

  bool read() {
    Decoder::NodeNumbers numbers;
    numbers.reserve(nodes_.members.size());
    for (const Member& member : nodes_.members)
      numbers.emplace(member.key, static_cast<NodeIndex>(numbers.size()));
    Decoder::NodeNumbers outer = decoder_.exchange_nodes(std::move(numbers));
    bool good = true;
    for (const Member& member : nodes_.members) good &= read(member);
    for (NodeIndex node = 0; node < after_.size(); ++node) {
      for (const NodeIndex before : after_[node]) graph_.builder->add_edge(before, node);
    }
    decoder_.exchange_nodes(std::move(outer));
    return good;
  }

 private:
  bool read(const Member& member) {
    const bool is_named = check_name(member, decoder_);
    const std::string text = fingerprint(member.value);
    NodeText node;
    bool is_read = true;
    const auto known = shared_.find(text);
    if (known != shared_.end()) {
      is_read = read_own(member.value, node);
    } else {
      decoder_.scope.push_back(member.key);
      is_read = node_type().read(member.value, decoder_, node);
      decoder_.scope.pop_back();
    }
    const std::uint32_t spec = known != shared_.end() ? known->second : add_spec(node, is_read);
    if (known == shared_.end() && is_read && !node.has_definition) shared_.emplace(text, spec);
    if (!node.simulate && noted_.insert(spec).second)
      note_action(graph_.builder->spec(spec), member.value, decoder_);

    graph_.builder->add_node(member.key, spec);
    after_.push_back(std::move(node.after));
    if (node.simulate)
      graph_.simulated.emplace(std::pair(name_, member.key), *std::move(node.simulate));
    graph_.simulated.merge(node.simulated);
    return is_named && is_read;
  }

  /// What a node does not share with others of the same text.
  bool read_own(const Value& value, NodeText& node) {
    const Value* after = value.find("after");
    const Value* simulate = value.find("simulate");
    const bool good = after == nullptr || node_references_.read(*after, decoder_, node.after);
    return (simulate == nullptr ||
            behaviour_type().read(*simulate, decoder_, node.simulate.emplace())) &&
           good;
  }

  /// A node that could not be read takes its place all the same, as far as it goes, so that the
  /// graph can be checked.
  std::uint32_t add_spec(NodeText& node, bool is_read) {
    if (!is_read && !std::holds_alternative<TaskSpec>(node.spec.work)) node.spec = NodeSpec{};
    return graph_.builder->add_spec(std::move(node.spec));
  }

  const Value& nodes_;
  Decoder& decoder_;
  GraphText& graph_;
  std::string name_;  // of the definition
  const Type<std::vector<NodeIndex>> node_references_ = node_references();
  std::vector<std::vector<NodeIndex>> after_;
  std::unordered_map<std::string, std::uint32_t> shared_;  // specs by fingerprint; never iterated
  std::set<std::uint32_t> noted_;                          // specs whose action was noted
};

Type<GraphText> nodes_type() {
  Type<GraphText> type;
  type.expects = "a map of nodes";
  type.kinds = kinds(ValueKind::kMap);
  type.schema = [](SchemaDefinitions& definitions) {
    Value schema = map_schema(node_type().schema(definitions));
    *schema.find("type") = Value::string("object");
    return schema;
  };
  type.take = [](const Value& value, Decoder& decoder, GraphText& out) {
    return NodesReader(value, decoder, out).read();
  };
  return type;
}

struct GenerateText : NodeText {
  LayeredGraph graph;
};

bool check_generate(GenerateText& text, const Value& value, Decoder& decoder) {
  const LayeredGraph& graph = text.graph;
  const std::uint64_t nodes = std::uint64_t{graph.layers} * graph.width;
  if (nodes > DefinitionBuilder::kMaxNodes || nodes * graph.fan_in > DefinitionBuilder::kMaxEdges) {
    decoder.error(value.place,
                  fmt::format("a workflow has at most {} nodes and {} edges",
                              DefinitionBuilder::kMaxNodes, DefinitionBuilder::kMaxEdges));
    return false;
  }
  if (!graph.durations) return true;
  if (graph.durations->first >= graph.durations->second) {
    decoder.error(value.find("durations")->place, "expected a shorter and a longer duration");
    return false;
  }
  if (std::holds_alternative<TaskSpec>(text.spec.work)) return true;
  decoder.error(value.find("durations")->place, "only tasks have durations");
  return false;
}

Type<GraphText> generate_type() {
  Object<GenerateText> object("Generate", "A large regular graph: layers of nodes that are alike.");
  const auto in_graph = [](auto LayeredGraph::* member) {
    return [member](GenerateText& text, auto value) { text.graph.*member = value; };
  };
  const auto count = whole<std::uint32_t>(1, DefinitionBuilder::kMaxNodes);
  object.field("layers", in_graph(&LayeredGraph::layers), count, "Layers, one after the other.")
      .required();
  object.field("width", in_graph(&LayeredGraph::width), count, "Nodes of a layer; 1 makes a chain.")
      .by_default("1");
  object
      .field("fan_in", in_graph(&LayeredGraph::fan_in), whole<std::uint32_t>(1, 1000),
             "Nodes that a node waits for, at most.")
      .by_default("1");
  object
      .field(
          "edges", in_graph(&LayeredGraph::edges),
          one_of<LayeredGraph::Edges>({{"random", LayeredGraph::Edges::kRandom},
                                       {"neighbours", LayeredGraph::Edges::kNeighbours}}),
          "random: 1 to fan_in nodes of the layer before. neighbours: fan_in nodes side by side.")
      .by_default("random");
  object
      .field("seed", in_graph(&LayeredGraph::seed),
             whole<std::uint64_t>(0, std::uint64_t{std::numeric_limits<std::int64_t>::max()}),
             "Of the random graph.")
      .by_default("42");
  object.field(
      "durations",
      [](GenerateText& text, const std::vector<Duration>& ends) {
        text.graph.durations.emplace(ends[0], ends[1]);
      },
      list_of(duration(), 2, 2),
      "Simulated durations of the tasks are drawn from here, with the graph's own numbers.");
  add_node_fields(object);
  object.example("{layers: 20, width: 1000, fan_in: 5, task: {runtime: cpu, action: step}}");
  object.check(check_generate);
  return converted<GraphText, GenerateText>(
      std::move(object).type(),
      [](GenerateText& text, const Value& value, Decoder& decoder, GraphText& out) {
        note_action(text.spec, value, decoder);
        if (const auto* task = std::get_if<TaskSpec>(&text.spec.work))
          out.durations.action = task->action;
        out.builder.emplace(current_name(decoder));
        const std::uint32_t spec = out.builder->add_spec(std::move(text.spec));
        out.durations.of_node = add_layers(text.graph, spec, *out.builder);
        out.simulated = std::move(text.simulated);
        return true;
      });
}

struct WorkflowText {
  std::string version;
  std::optional<Duration> timeout;
  std::optional<Expression> output;
  GraphText graph;
  Workflow workflow;
};

/// The place where a problem of the graph is told: the node's key, or else the workflow.
Place place_of(const DefinitionProblem& problem, const Value& workflow) {
  const Value* nodes = workflow.find("nodes");
  if (nodes == nullptr) return workflow.place;
  for (const Member& member : nodes->members) {
    if (member.key == problem.node && !problem.node.empty()) return member.place;
  }
  return nodes->place;
}

bool build(WorkflowText& text, const Value& value, Decoder& decoder) {
  decoder.definitions.push_back(current_name(decoder));
  if (!decoder.accepted_before) check_nodes_seen(value, decoder);
  if (!text.graph.builder) return false;
  DefinitionBuilder& builder = *text.graph.builder;
  builder.set_version(std::move(text.version));
  if (text.timeout) builder.set_timeout(*text.timeout);
  if (text.output) builder.set_output(*std::move(text.output));
  builder.set_source(Payload(to_json(value)));
  auto built = builder.build();
  if (!built) {
    for (const DefinitionProblem& problem : built.error()) {
      decoder.error(place_of(problem, value),
                    problem.node.empty()
                        ? problem.message
                        : fmt::format("node '{}' {}", problem.node, problem.message));
    }
    return false;
  }
  text.workflow = {*std::move(built), std::move(text.graph.simulated),
                   std::move(text.graph.durations)};
  return true;
}

Type<Workflow> make_workflow_type() {
  Object<WorkflowText> object(
      "Workflow",
      "A workflow: the same text in a scenario and in production. Its nodes are run as soon as "
      "those they wait for have ended.");
  object
      .field("version", &WorkflowText::version, word(),
             "Any text; one name may have several versions.")
      .by_default("\"1\"");
  object.field("description", [](WorkflowText&, const std::string&) {}, text(), "For people.");
  object.field("timeout", &WorkflowText::timeout, duration(1ns),
               "After which it is ended, as timed out.");
  object.field("output", &WorkflowText::output, computed(node_sees()),
               "Its output, once it has succeeded: a constant, or as a string jq over {input, "
               "nodes, workflow}.");
  object.field("nodes", &WorkflowText::graph, nodes_type(), "Its nodes, by name.");
  object.field("generate", &WorkflowText::graph, generate_type(),
               "A regular graph, instead of nodes.");
  object.exactly_one({"nodes", "generate"});
  object.example(
      "nodes:\n"
      "  prepare: {task: {runtime: cpu, action: prepare}}\n"
      "  train: {task: {runtime: gpu, action: train, units: 8}, after: prepare, retry: 3}\n"
      "  done: {pass: {}, after: train}\n");
  object.conclude(build);
  return as<Workflow>(std::move(object).type(),
                      [](WorkflowText text) { return std::move(text.workflow); });
}

}  // namespace

const Type<Workflow>& workflow_type() {
  static const Type<Workflow> type = make_workflow_type();
  return type;
}

Expected<DefinitionPtr> decode_workflow(std::string_view name, std::string_view json) {
  Diagnostics diagnostics;
  const std::uint16_t source = diagnostics.add_source(std::string(name), std::string(json));
  YamlBudget budget;
  const std::optional<Value> value = read_yaml(source, diagnostics, budget);
  Workflow workflow;
  if (value) {
    const MemoryFiles no_files({});
    Decoder decoder(diagnostics, no_files);
    decoder.accepted_before = true;
    decoder.scope.emplace_back(name);
    workflow_type().read(*value, decoder, workflow);
  }
  if (!diagnostics.empty()) return invalid(diagnostics.to_string());
  return workflow.definition;
}

}  // namespace gnomon::scenarios
