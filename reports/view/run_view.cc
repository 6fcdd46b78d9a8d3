#include "reports/view/run_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <tuple>

#include "engine/base/ensure.h"

namespace gnomon::reports {

std::string label_of(WorkflowId id) {
  return shard_of(id) == 0 ? fmt::to_string(sequence_of(id))
                           : fmt::format("{}-{}", shard_of(id), sequence_of(id));
}

std::uint32_t RunView::add_runtime(std::string_view name, std::optional<std::uint64_t> slots) {
  const auto found = std::find_if(runtimes_.begin(), runtimes_.end(),
                                  [&](const auto& r) { return r.name == name; });
  const auto index = static_cast<std::uint32_t>(found - runtimes_.begin());
  if (found == runtimes_.end()) runtimes_.push_back({std::string(name), std::nullopt, 1});
  if (slots) runtimes_[index].slots = slots;
  return index;
}

void RunView::set_workers(std::string_view runtime, std::uint32_t workers) {
  for (RuntimeView& each : runtimes_) {
    if (each.name == runtime) each.workers = std::max(workers, 1u);
  }
}

std::uint32_t RunView::add_graph(Graph graph) {
  graphs_.push_back(std::move(graph));
  return static_cast<std::uint32_t>(graphs_.size() - 1);
}

Expected<void> RunView::add_workflow(WorkflowRow row, std::uint32_t graph) {
  ENSURE(graph < graphs_.size(), "graph {} of {}", graph, graphs_.size());
  if (!workflows_.empty() && row.id <= workflows_.back().row.id) {
    return invalid(fmt::format("workflow {} is there twice or out of order", label_of(row.id)));
  }
  if (row.parent.workflow != WorkflowId::kNone && row.parent.workflow >= row.id) {
    return invalid(fmt::format("workflow {} cannot be inside of workflow {}, which is not older",
                               label_of(row.id), label_of(row.parent.workflow)));
  }
  if (graphs_[graph].size() > kMaxNodes - nodes_.size()) {
    return invalid(
        fmt::format("the run has more than {} nodes, which is more than reports read", kMaxNodes));
  }
  NodeRow pending;
  pending.workflow = row.id;
  workflows_.push_back({std::move(row), graph, nodes_.size()});
  for (NodeIndex node = 0; node < graphs_[graph].size(); ++node) {
    pending.node = node;
    nodes_.push_back(pending);
  }
  return {};
}

Expected<void> RunView::set_node(NodeRow row) {
  const WorkflowView* const workflow = find(row.workflow);
  if (workflow == nullptr || row.node >= graph_of(*workflow).size()) {
    return invalid(
        fmt::format("there is no node {} of a workflow {}", row.node, label_of(row.workflow)));
  }
  nodes_[workflow->first_node + row.node] = std::move(row);
  return {};
}

void RunView::finish() {
  std::stable_sort(attempts_.begin(), attempts_.end(),
                   [](const auto& a, const auto& b) { return a.key < b.key; });
  index_children();
  note_times();
}

void RunView::index_children() {
  children_begin_.assign(workflows_.size() + 1, 0);
  std::vector<std::pair<std::size_t, std::uint32_t>> pairs;  // parent, child
  for (std::uint32_t i = 0; i < workflows_.size(); ++i) {
    const WorkflowId parent = workflows_[i].row.parent.workflow;
    if (parent == WorkflowId::kNone) continue;
    if (const WorkflowView* found = find(parent)) {
      pairs.emplace_back(static_cast<std::size_t>(found - workflows_.data()), i);
    }
  }
  std::sort(pairs.begin(), pairs.end(), [&](const auto& a, const auto& b) {
    const auto key = [&](const auto& pair) {
      const WorkflowRow& row = workflows_[pair.second].row;
      return std::tuple(pair.first, row.parent.node, row.slot, pair.second);
    };
    return key(a) < key(b);
  });
  children_.clear();
  for (const auto& [parent, child] : pairs) {
    ++children_begin_[parent + 1];
    children_.push_back(child);
  }
  for (std::size_t i = 0; i < workflows_.size(); ++i) children_begin_[i + 1] += children_begin_[i];
}

void RunView::note_times() {
  Instant first = kNever;
  Instant last = kUnset;
  const auto note = [&](std::initializer_list<Instant> instants) {
    for (const Instant at : instants) {
      if (at == kUnset || at == kNever) continue;
      first = std::min(first, at);
      last = std::max(last, at);
    }
  };
  note({started_at, ended_at});
  for (const WorkflowView& workflow : workflows_)
    note({workflow.row.created_at, workflow.row.finished_at});
  for (const NodeRow& node : nodes_) {
    note({node.ready_at, node.running_at, node.finishing_at, node.finished_at, node.launched_at,
          node.started_at, node.ended_at});
  }
  for (const AttemptRow& attempt : attempts_)
    note({attempt.launched_at, attempt.started_at, attempt.ended_at});
  began_ = last == kUnset ? Instant{} : first;
  ended_ = last == kUnset ? Instant{} : last;
}

std::span<const AttemptRow> RunView::earlier_attempts(const NodeRow& node) const {
  if (node.attempt < 2) return {};
  const auto reference = [](const AttemptRow& row) {
    return NodeRef{row.key.workflow, row.key.node};
  };
  const auto range =
      std::ranges::equal_range(attempts_, NodeRef{node.workflow, node.node}, {}, reference);
  return {range.begin(), range.end()};
}

const WorkflowView* RunView::find(WorkflowId id) const {
  const auto found =
      std::ranges::lower_bound(workflows_, id, {}, [](const auto& w) { return w.row.id; });
  return found != workflows_.end() && found->row.id == id ? &*found : nullptr;
}

const WorkflowView& RunView::workflow_of(const NodeRow& node) const {
  const WorkflowView* const found = find(node.workflow);
  ENSURE(found != nullptr, "workflow {}", value_of(node.workflow));
  return *found;
}

const Graph::Node& RunView::definition_of(const NodeRow& node) const {
  return graph_of(workflow_of(node)).node(node.node);
}

std::span<const std::uint32_t> RunView::children_of(const WorkflowView& workflow) const {
  const auto position = static_cast<std::size_t>(&workflow - workflows_.data());
  return {children_.data() + children_begin_[position],
          children_begin_[position + 1] - children_begin_[position]};
}

}  // namespace gnomon::reports
