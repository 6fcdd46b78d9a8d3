#include <algorithm>
#include <numeric>

#include "engine/base/ensure.h"
#include "engine/base/nearest_name.h"
#include "engine/model/cycles.h"
#include "engine/model/definition.h"

namespace gnomon {
namespace {

constexpr std::size_t kMaxPathNames = 12;
constexpr NodeIndex kMaxCompared = 100'000;  // names looked at for the one that was meant

std::string_view problem_of(const WorkflowTarget& target) {
  return target.definition == nullptr && target.name.empty() ? "names no workflow" : "";
}

/// What a node's work lacks, or "".
struct WorkProblem {
  std::string_view operator()(const TaskSpec& task) const {
    if (task.runtime.empty()) return "names no runtime";
    return task.units == 0 ? "asks for no unit" : "";
  }
  std::string_view operator()(const SubworkflowSpec& child) const {
    return problem_of(child.workflow);
  }
  std::string_view operator()(const WaitSpec& wait) const {
    const bool ends = wait.interval || wait.until || wait.until_expression || !wait.signal.empty();
    return ends ? "" : "waits for nothing: it needs an interval, an instant or a signal";
  }
  std::string_view operator()(const PassSpec&) const { return ""; }
  std::string_view operator()(const ConditionSpec& condition) const {
    return condition.cases.empty() ? "has no cases to choose from" : "";
  }
  std::string_view operator()(const LoopSpec& loop) const {
    return loop.max_iterations == 0 ? "may never iterate" : problem_of(loop.body);
  }
  std::string_view operator()(const MapSpec& map) const {
    const std::string_view body = problem_of(map.body);
    return body.empty() && map.reduce ? problem_of(*map.reduce) : body;
  }
  std::string_view operator()(const CustomSpec& custom) const {
    return custom.kind.empty() ? "names no kind" : "";
  }
};

std::string_view problem_of(const NodeSpec& spec) {
  if (spec.retry && spec.retry->max_attempts == 0) return "may never be attempted";
  if (spec.timeout && *spec.timeout <= Duration::zero())
    return "has no time: its timeout is not positive";
  return std::visit(WorkProblem{}, spec.work);
}

std::string_view problem_of_name(std::string_view name) {
  if (name.empty()) return "a node has an empty name";
  if (name.size() > DefinitionBuilder::kMaxNameBytes) return "the name is longer than 256 bytes";
  const bool printable = std::none_of(name.begin(), name.end(),
                                      [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; });
  return printable ? "" : "the name holds a control character";
}

/// "a -> b -> c -> a"; the middle of long ones is left out.
std::string to_text(const std::vector<NodeIndex>& path, const Definition& definition) {
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path.size() > kMaxPathNames && i == kMaxPathNames / 2) {
      const std::size_t left_out = path.size() - kMaxPathNames;
      text += fmt::format("({} more) -> ", left_out);
      i += left_out;
    }
    text += fmt::format("{} -> ", definition.node_name(path[i]));
  }
  return text.append(definition.node_name(path.front()));
}

/// Stable counting sort of edges by one end: rows of the other end, in the order in which they
/// came.
template <typename Key, typename Other>
void to_rows(const std::vector<Edge>& edges, NodeIndex node_count, Key key, Other other,
             std::vector<std::uint32_t>& begin, std::vector<NodeIndex>& rows) {
  begin.assign(std::size_t{node_count} + 1, 0);
  for (const Edge& edge : edges) ++begin[std::size_t{key(edge)} + 1];
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  rows.resize(edges.size());
  std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
  for (const Edge& edge : edges) rows[next[key(edge)]++] = other(edge);
}

constexpr auto kFrom = [](const Edge& edge) { return edge.first; };
constexpr auto kTo = [](const Edge& edge) { return edge.second; };

/// Sorts by (from, to) and leaves out repetitions.
void sort_unique(std::vector<Edge>& edges, NodeIndex node_count) {
  if (!std::is_sorted(edges.begin(), edges.end())) {
    std::vector<std::uint32_t> begin;
    std::vector<NodeIndex> froms;
    to_rows(edges, node_count, kTo, kFrom, begin, froms);
    std::size_t next = 0;
    for (NodeIndex to = 0; to < node_count; ++to) {
      for (std::uint32_t i = begin[to]; i < begin[to + 1]; ++i) edges[next++] = {froms[i], to};
    }
    std::vector<NodeIndex> targets;
    to_rows(edges, node_count, kFrom, kTo, begin, targets);
    next = 0;
    for (NodeIndex from = 0; from < node_count; ++from) {
      for (std::uint32_t i = begin[from]; i < begin[from + 1]; ++i)
        edges[next++] = {from, targets[i]};
    }
  }
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
}

}  // namespace

DefinitionBuilder::DefinitionBuilder(std::string name, std::string version)
    : draft_(new Definition) {
  draft_->name_ = std::move(name);
  draft_->version_ = std::move(version);
  draft_->name_begin_.push_back(0);
}

void DefinitionBuilder::set_version(std::string version) {
  draft_->version_ = std::move(version);
}
void DefinitionBuilder::set_source(Payload source) {
  draft_->source_ = std::move(source);
}
void DefinitionBuilder::set_timeout(Duration timeout) {
  draft_->timeout_ = timeout;
}
void DefinitionBuilder::set_output(Expression output) {
  draft_->output_ = std::move(output);
}

std::uint32_t DefinitionBuilder::add_spec(NodeSpec spec) {
  draft_->specs_.push_back(std::move(spec));
  return draft_->spec_count() - 1;
}

NodeIndex DefinitionBuilder::add_node(std::string_view name, std::uint32_t spec) {
  ENSURE(spec < draft_->spec_count(), "node '{}' has unknown spec {}", name, spec);
  const NodeIndex node = draft_->node_count();
  if (node == kMaxNodes) {
    if (problem_count_ == 0)
      add_problem(kNoNode, fmt::format("there are more than {} nodes", kMaxNodes));
    return node - 1;
  }
  draft_->names_ += name.substr(0, kMaxNameBytes + 1);
  draft_->name_begin_.push_back(static_cast<std::uint32_t>(draft_->names_.size()));
  draft_->spec_of_.push_back(spec);
  if (const std::string_view problem = problem_of_name(name); !problem.empty())
    add_problem(node, std::string(problem));
  return node;
}

void DefinitionBuilder::add_edge(NodeIndex from, NodeIndex to) {
  ENSURE(from < draft_->node_count() && to < draft_->node_count(), "edge {} -> {} of {} nodes",
         from, to, draft_->node_count());
  if (edges_.size() < kMaxEdges) {
    edges_.emplace_back(from, to);
  } else if (problem_count_ == 0) {
    add_problem(kNoNode, fmt::format("there are more than {} edges", kMaxEdges));
  }
}

void DefinitionBuilder::add_dependency(NodeIndex node, std::string_view on) {
  named_edges_.push_back({node, std::string(on)});
}

void DefinitionBuilder::add_problem(NodeIndex node, std::string message) {
  if (++problem_count_ > kMaxProblems) return;
  problems_.push_back(
      {node == kNoNode ? "" : std::string(draft_->node_name(node)), std::move(message)});
}

void DefinitionBuilder::sort_names() {
  std::vector<NodeIndex>& order = draft_->by_name_;
  order.resize(draft_->node_count());
  std::iota(order.begin(), order.end(), NodeIndex{0});
  const auto before = [this](NodeIndex a, NodeIndex b) {
    const int order_of_names = draft_->node_name(a).compare(draft_->node_name(b));
    return order_of_names < 0 || (order_of_names == 0 && a < b);
  };
  if (!std::is_sorted(order.begin(), order.end(), before))
    std::sort(order.begin(), order.end(), before);
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (draft_->node_name(order[i - 1]) == draft_->node_name(order[i])) {
      add_problem(order[i], "the name is given to two nodes");
    }
  }
}

NodeIndex DefinitionBuilder::resolve(NodeIndex node, std::string_view name, std::string_view role) {
  if (const std::optional<NodeIndex> found = draft_->find(name)) return *found;
  NearestName nearest(name);
  if (problem_count_ < kMaxProblems && draft_->node_count() <= kMaxCompared) {
    for (NodeIndex other = 0; other < draft_->node_count(); ++other)
      nearest.consider(draft_->node_name(other));
  }
  add_problem(node, fmt::format("{} unknown node '{}'{}", role, name, nearest.hint()));
  return kNoNode;
}

void DefinitionBuilder::resolve_dependencies() {
  for (const NamedEdge& edge : named_edges_) {
    const NodeIndex on = resolve(edge.node, edge.on, "depends on");
    if (on != kNoNode) add_edge(on, edge.node);
  }
}

void DefinitionBuilder::resolve_branches() {
  for (NodeIndex node = 0; node < draft_->node_count(); ++node) {
    const auto* condition = std::get_if<ConditionSpec>(&draft_->spec(node).work);
    if (condition == nullptr) continue;
    std::vector<std::vector<NodeIndex>>& branches = draft_->branches_[node];
    const auto add_branch = [&](const std::vector<std::string>& names) {
      std::vector<NodeIndex>& branch = branches.emplace_back();
      for (const std::string& name : names) {
        const NodeIndex target = resolve(node, name, "leads to");
        if (target == kNoNode) continue;
        branch.push_back(target);
        add_edge(node, target);
      }
      std::sort(branch.begin(), branch.end());
      branch.erase(std::unique(branch.begin(), branch.end()), branch.end());
    };
    for (const ConditionSpec::Case& choice : condition->cases) add_branch(choice.then);
    add_branch(condition->otherwise);
  }
}

void DefinitionBuilder::check_specs() {
  std::vector<std::string_view> problem_of_spec;
  for (const NodeSpec& spec : draft_->specs_) problem_of_spec.push_back(problem_of(spec));
  for (NodeIndex node = 0; node < draft_->node_count(); ++node) {
    const std::string_view problem = problem_of_spec[draft_->spec_of_[node]];
    if (!problem.empty()) add_problem(node, std::string(problem));
  }
}

void DefinitionBuilder::check_cycles() {
  const Cycles cycles = find_cycles(draft_->node_count(), edges_, kMaxProblems);
  for (const std::vector<NodeIndex>& path : cycles.paths) {
    add_problem(path.front(), "depends on itself: " + to_text(path, *draft_));
  }
  for (const Cycles::Follower& follower : cycles.followers) {
    add_problem(follower.node, "can never start: it follows the cycle " +
                                   to_text(cycles.paths[follower.path], *draft_));
  }
}

void DefinitionBuilder::compress_edges() {
  const NodeIndex count = draft_->node_count();
  to_rows(edges_, count, kFrom, kTo, draft_->target_begin_, draft_->targets_);
  to_rows(edges_, count, kTo, kFrom, draft_->source_begin_, draft_->sources_);
  for (NodeIndex node = 0; node < count; ++node) {
    if (draft_->dependencies(node).empty()) draft_->roots_.push_back(node);
  }
}

std::expected<DefinitionPtr, std::vector<DefinitionProblem>> DefinitionBuilder::build() {
  if (draft_->node_count() == 0) add_problem(kNoNode, "there are no nodes");
  sort_names();
  resolve_dependencies();
  resolve_branches();
  check_specs();
  sort_unique(edges_, draft_->node_count());
  check_cycles();
  if (problem_count_ == 0) compress_edges();

  DefinitionBuilder done(std::move(*this));
  *this = DefinitionBuilder("");
  if (done.problem_count_ > 0) {
    if (done.problem_count_ > kMaxProblems) {
      done.problems_.push_back(
          {"", fmt::format("and {} more problems", done.problem_count_ - kMaxProblems)});
    }
    return std::unexpected(std::move(done.problems_));
  }
  return DefinitionPtr(std::move(done.draft_));
}

}  // namespace gnomon
