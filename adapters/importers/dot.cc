#include "adapters/importers/dot.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "adapters/importers/json_place.h"
#include "adapters/importers/unique_names.h"
#include "adapters/importers/yaml_text.h"

namespace gnomon::adapters {
namespace {

constexpr std::size_t kMaxNodes = 250'000;
constexpr std::size_t kMaxEdges = 1'500'000;

/// A key of a node, and its value as it is to stand in the YAML text.
using Keys = std::vector<std::pair<std::string, std::string>>;

struct DrawnNode {
  std::string name;
  Keys keys;
  std::vector<std::size_t> after;
};

struct Drawing {
  std::string name;
  Keys keys;  ///< of the workflow, besides its nodes
  std::vector<DrawnNode> nodes;
  std::size_t edges = 0;
  std::map<std::string, std::uint32_t> runtimes;  ///< and the units that a task needs at once
};

/// A JSON value in YAML's flow style, as people write it.
std::string yaml_flow(const Json& value) {
  if (value.is_string()) {
    const auto& string = value.get_ref<const std::string&>();
    constexpr bool kAscii = true;
    return printable(string, string.size()) == string ? yaml_scalar(string)
                                                      : value.dump(-1, ' ', kAscii);
  }
  if (!value.is_structured()) return value.dump();
  std::string text;
  for (const auto& [key, part] : value.items()) {
    if (!text.empty()) text += ", ";
    if (value.is_object()) text += yaml_flow(key) + ": ";
    text += yaml_flow(part);
  }
  return value.is_object() ? "{" + text + "}" : "[" + text + "]";
}

/// A whole number as it is; anything else as a text, for the decoder to refuse.
std::string yaml_count(const std::string& value) {
  const bool is_number =
      value.size() < 10 && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
  return is_number ? value : yaml_flow(value);
}

class DrawingReader {
 public:
  DrawingReader(const Json& root, Problems& problems)
      : root_(root), problems_(problems), place_(root, problems) {}

  Drawing read();

 private:
  std::string attribute(const JsonPlace& of, std::string_view key) const {
    return std::string(of[key].text_or_nothing());
  }
  /// The object that the attribute `definition` holds as JSON; null without one.
  Json definition_of(const JsonPlace& place, std::string_view owner);
  Keys keys_of(const Json& definition, std::string_view except);
  /// Graphviz's own number of an object.
  std::size_t number_of(const JsonPlace& place) const;
  void read_node(const JsonPlace& place);
  void read_edges();
  Keys keys_of_task(const JsonPlace& place, const std::string& name);
  void need(const std::string& runtime, std::string_view units);
  std::string name_of(const JsonPlace& place);

  const Json& root_;
  Problems& problems_;
  JsonPlace place_;
  UniqueNames names_;
  std::map<std::size_t, std::size_t> node_of_;  // by Graphviz's own number
  std::set<std::size_t> inner_;                 // the same, of nodes that are left out
  Drawing drawing_;
};

Json DrawingReader::definition_of(const JsonPlace& place, std::string_view owner) {
  const std::string text = attribute(place, "definition");
  if (text.empty()) return nullptr;
  Expected<Json> value = read_json(text, "its definition");
  if (value && value->is_object()) return *std::move(value);
  problems_.add(owner, value ? "its definition is no JSON object" : value.error().message);
  return nullptr;
}

Keys DrawingReader::keys_of(const Json& definition, std::string_view except) {
  Keys keys;
  for (const auto& [key, part] : definition.items()) {
    if (key == except) continue;
    keys.emplace_back(yaml_flow(key), yaml_flow(part));
    if (key != "task" || !part.is_object()) continue;
    const auto runtime = part.find("runtime");
    const auto units = part.find("units");
    if (runtime != part.end() && runtime->is_string())
      need(*runtime, units != part.end() ? units->dump() : "");
  }
  return keys;
}

std::size_t DrawingReader::number_of(const JsonPlace& place) const {
  const double number = place.number();
  constexpr double kMost = 1e9;
  if (number >= 0 && number <= kMost) return static_cast<std::size_t>(number);
  place.problem("no number of an object");
  return 0;
}

/// Notes a runtime that a task of so many units can run in.
void DrawingReader::need(const std::string& runtime, std::string_view units) {
  constexpr std::uint32_t kWorkers = 4;
  constexpr std::uint32_t kMostWorkers = 1'000'000;
  std::uint32_t count = 0;
  std::from_chars(units.data(), units.data() + units.size(), count);
  std::uint32_t& workers = drawing_.runtimes.try_emplace(runtime, kWorkers).first->second;
  workers = std::max(workers, std::min(count, kMostWorkers));
}

Keys DrawingReader::keys_of_task(const JsonPlace& place, const std::string& name) {
  const auto or_else = [](std::string text, std::string_view otherwise) {
    return text.empty() ? std::string(otherwise) : text;
  };
  const std::string runtime = or_else(attribute(place, "runtime"), "workers");
  const std::string units = attribute(place, "units");
  need(runtime, units);
  Keys keys;
  keys.emplace_back("task", fmt::format("{{runtime: {}, action: {}{}}}", yaml_flow(runtime),
                                        yaml_flow(or_else(attribute(place, "action"), name)),
                                        units.empty() ? "" : ", units: " + yaml_count(units)));
  if (const std::string duration = attribute(place, "duration"); !duration.empty())
    keys.emplace_back("simulate", yaml_flow(duration));
  for (const char* key : {"timeout", "on_failure", "when", "input"}) {
    if (const std::string value = attribute(place, key); !value.empty())
      keys.emplace_back(key, yaml_flow(value));
  }
  for (const char* key : {"retry", "priority"}) {
    if (const std::string value = attribute(place, key); !value.empty())
      keys.emplace_back(key, yaml_count(value));
  }
  return keys;
}

std::string DrawingReader::name_of(const JsonPlace& place) {
  const std::string label = attribute(place, "label");
  const bool is_plain = label.find('<') == label.npos && label.find("\\N") == label.npos;
  if (label.empty() || !is_plain) return attribute(place, "name");
  constexpr std::string_view kLineBreaks = "nlr";
  std::string name;
  for (std::size_t i = 0; i < label.size(); ++i) {
    const bool is_break =
        label[i] == '\\' && i + 1 < label.size() && kLineBreaks.contains(label[i + 1]);
    name += is_break ? ' ' : label[i];
    if (is_break) ++i;
  }
  return name;
}

void DrawingReader::read_node(const JsonPlace& place) {
  if (attribute(place, "inner") == "true") {
    inner_.insert(number_of(place["_gvid"]));
    return;
  }
  node_of_[number_of(place["_gvid"])] = drawing_.nodes.size();
  DrawnNode node;
  const std::string id = attribute(place, "name");
  const Json definition = definition_of(place, fmt::format("node '{}'", id));
  if (definition.is_null()) {
    node.name = names_.take(name_of(place));
    node.keys = keys_of_task(place, node.name);
  } else if (definition.size() == 1 && definition.begin()->is_object()) {
    node.name = names_.take(definition.begin().key());
    node.keys = keys_of(*definition.begin(), "after");
  } else {
    problems_.add(fmt::format("node '{}'", id),
                  R"(its definition is not of the form {"its name": {"task": ...}})");
  }
  drawing_.nodes.push_back(std::move(node));
}

void DrawingReader::read_edges() {
  const std::size_t edges = place_["edges"].size();
  if (edges > kMaxEdges) {
    problems_.add("edges", fmt::format("there are {}; at most {} are allowed", edges, kMaxEdges));
    return;
  }
  place_["edges"].for_each([&](const JsonPlace& edge) {
    const std::size_t from = number_of(edge["tail"]);
    const std::size_t to = number_of(edge["head"]);
    if (inner_.contains(from) || inner_.contains(to)) return;
    const auto tail = node_of_.find(from);
    const auto head = node_of_.find(to);
    if (tail == node_of_.end() || head == node_of_.end()) {
      edge.problem("leads to no node");
      return;
    }
    drawing_.nodes[head->second].after.push_back(tail->second);
    ++drawing_.edges;
  });
  for (DrawnNode& node : drawing_.nodes) {
    std::ranges::sort(node.after);
    node.after.erase(std::ranges::unique(node.after).begin(), node.after.end());
  }
}

Drawing DrawingReader::read() {
  const auto directed = root_.find("directed");
  if (directed == root_.end() || *directed != true) {
    problems_.add("", "the graph is not directed: write digraph, and -> for edges");
    return {};
  }
  drawing_.name = attribute(place_, "name");
  if (drawing_.name.empty() || drawing_.name.starts_with('%')) drawing_.name = "drawn";
  drawing_.name = printable(drawing_.name, UniqueNames::kMaxBytes);
  drawing_.keys = keys_of(definition_of(place_, "the graph"), "nodes");
  const auto subgraphs = number_of(place_["_subgraph_cnt"]);
  const JsonPlace objects = place_["objects"];
  if (objects.size() <= subgraphs) {
    problems_.add("", "there is no node in the graph");
  } else if (objects.size() - subgraphs > kMaxNodes) {
    problems_.add("", fmt::format("there are {} nodes; at most {} are allowed",
                                  objects.size() - subgraphs, kMaxNodes));
  } else {
    for (std::size_t i = subgraphs; i < objects.size(); ++i) read_node(objects[i]);
    if (drawing_.nodes.empty()) problems_.add("", "there is no node in the graph");
    read_edges();
  }
  return std::move(drawing_);
}

std::string text_of(const Drawing& drawing, std::string_view file_name,
                    const DrawingOptions& options) {
  const std::string name = yaml_scalar(drawing.name);
  const std::string_view file = file_name.substr(file_name.rfind('/') + 1);
  std::string text = wrapped(fmt::format("Drawn in {}.", printable(file, 256)), "# ");
  if (!options.only_workflow) {
    text += fmt::format("name: {}\nhorizon: 1d\n\nruntimes:\n", name);
    for (const auto& [runtime, workers] : drawing.runtimes)
      text += fmt::format("  {}: {{workers: {}, otherwise: 1m}}\n", yaml_flow(runtime), workers);
    if (drawing.runtimes.empty()) text += "  workers: {workers: 4, otherwise: 1m}\n";
    text += "\n";
  }
  text += fmt::format("workflows:\n  {}:\n", name);
  for (const auto& [key, value] : drawing.keys) text += fmt::format("    {}: {}\n", key, value);
  text += "    nodes:\n";
  for (const DrawnNode& node : drawing.nodes) {
    text += fmt::format("      {}:\n", yaml_scalar(node.name));
    for (const auto& [key, value] : node.keys) text += fmt::format("        {}: {}\n", key, value);
    if (node.after.empty()) continue;
    std::vector<std::string> after;
    for (const std::size_t other : node.after)
      after.push_back(yaml_scalar(drawing.nodes[other].name));
    text += fmt::format("        after: {}\n", yaml_list(after, 10));
  }
  if (!options.only_workflow)
    text += fmt::format("\ntraffic:\n  drawn: {{workflow: {}, arrivals: {{once: 1}}}}\n", name);
  return text;
}

}  // namespace

Expected<ImportedDrawing> import_dot(std::string_view json, std::string_view file_name,
                                     const DrawingOptions& options) {
  const Expected<Json> document = read_json(json, file_name);
  if (!document) return std::unexpected(document.error());
  Problems problems;
  if (!document->is_object()) return invalid(fmt::format("{}: this is no graph", file_name));
  const Drawing drawing = DrawingReader(*document, problems).read();
  if (!problems.empty()) return invalid(problems.text(file_name));
  return ImportedDrawing{.yaml = text_of(drawing, file_name, options),
                         .workflow = drawing.name,
                         .nodes = drawing.nodes.size(),
                         .edges = drawing.edges};
}

namespace {

/// One node of a graph that is generated: what all of them have in common, without what the graph
/// is made by. The simulated durations are drawn anew, from where the graph's were.
Json generated_node(Json node) {
  const auto durations = node.find("durations");
  if (durations != node.end()) node["simulate"] = Json{{"duration", {{"uniform", *durations}}}};
  for (const char* key : {"layers", "width", "fan_in", "edges", "seed", "durations"})
    node.erase(key);
  return node;
}

}  // namespace

DrawnDefinition drawn_definition(std::string_view source, const std::vector<std::string>& names) {
  DrawnDefinition drawn{.workflow = {}, .nodes = std::vector<std::string>(names.size())};
  const Expected<Json> read = read_json(source, "definition");
  if (!read || !read->is_object()) return drawn;
  Json workflow = *read;
  if (const auto generate = workflow.find("generate");
      generate != workflow.end() && generate->is_object()) {
    const Json node = generated_node(*generate);
    if (node.empty()) return drawn;
    for (std::size_t i = 0; i < names.size(); ++i) drawn.nodes[i] = Json{{names[i], node}}.dump();
    workflow.erase("generate");
    drawn.workflow = workflow.dump();
    return drawn;
  }
  if (!workflow.contains("nodes")) return drawn;
  Json& nodes = workflow["nodes"];
  for (std::size_t i = 0; i < names.size() && nodes.is_object(); ++i) {
    const auto node = nodes.find(names[i]);
    if (node == nodes.end() || !node->is_object()) continue;
    node->erase("after");
    drawn.nodes[i] = Json{{names[i], *node}}.dump();
  }
  workflow.erase("nodes");
  drawn.workflow = workflow.dump();
  return drawn;
}

}  // namespace gnomon::adapters
