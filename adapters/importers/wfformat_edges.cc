#include "adapters/importers/wfformat_edges.h"

#include <fmt/format.h>

#include <algorithm>

#include "adapters/importers/makespan_bounds.h"
#include "adapters/importers/yaml_text.h"
#include "engine/base/nearest_name.h"

namespace gnomon::adapters {

void TaskNames::add(std::string_view name, NodeIndex task) {
  Entry& entry = tasks_[name];
  if (++entry.count > 1) return;
  entry.task = task;
  constexpr std::size_t kMaxCompared = 10'000;
  if (in_order_.size() < kMaxCompared) in_order_.push_back(name);
}

std::size_t TaskNames::count(std::string_view name) const {
  const auto found = tasks_.find(name);
  return found == tasks_.end() ? 0 : found->second.count;
}

std::optional<NodeIndex> TaskNames::find(const JsonPlace& reference) const {
  const std::string_view text = reference.text();
  if (text.empty()) return std::nullopt;
  const auto found = tasks_.find(text);
  if (found != tasks_.end() && found->second.count == 1) return found->second.task;
  if (!reference.problems().shows_next()) {
    reference.problem("");
    return std::nullopt;
  }
  const std::string shown = printable(text, 256);
  if (found != tasks_.end()) {
    reference.problem(fmt::format("'{}' is the name of {} tasks", shown, found->second.count));
    return std::nullopt;
  }
  NearestName nearest(shown);
  for (const std::string_view name : in_order_) nearest.consider(name);
  reference.problem(fmt::format("there is no task '{}'{}", shown, nearest.hint()));
  return std::nullopt;
}

void WfFormatEdges::add(NodeIndex parent, NodeIndex child) {
  // Each edge may be named at both of its ends.
  if (edges_.size() < 2 * RecordedWorkflow::kMaxEdges) {
    edges_.emplace_back(parent, child);
  } else {
    too_many_ = true;
  }
}

void WfFormatEdges::add_references(const JsonPlace& structure, NodeIndex task,
                                   const TaskNames& names) {
  structure["parents"].for_each([&](const JsonPlace& parent) {
    if (const auto found = names.find(parent)) add(*found, task);
  });
  structure["children"].for_each([&](const JsonPlace& child) {
    if (const auto found = names.find(child)) add(task, *found);
  });
}

void WfFormatEdges::add_file(std::string file, NodeIndex task, bool is_output) {
  const auto [known, is_new] = number_of_file_.emplace(std::move(file), files_.size());
  if (is_new) files_.emplace_back();
  Users& users = files_[known->second];
  std::vector<NodeIndex>& same = is_output ? users.writers : users.readers;
  if (same.empty() || same.back() != task) same.push_back(task);
}

void WfFormatEdges::add_by_files() {
  for (const Users& users : files_) {
    for (const NodeIndex writer : users.writers) {
      for (const NodeIndex reader : users.readers) {
        if (writer != reader) add(writer, reader);
        if (too_many_) return;
      }
    }
  }
}

void WfFormatEdges::check_cycles(const JsonPlace& tasks) const {
  const Cycles cycles = find_cycles(static_cast<NodeIndex>(tasks_.size()), edges_of(tasks_), 1);
  if (cycles.empty()) return;
  constexpr std::size_t kShown = 20;
  const std::vector<NodeIndex>& path = cycles.paths.front();
  std::string text;
  for (std::size_t i = 0; i < std::min(path.size(), kShown); ++i)
    text += tasks_[path[i]].name + " -> ";
  if (path.size() > kShown) text += "... -> ";
  tasks.problem(fmt::format("tasks wait for each other: {}{}", text, tasks_[path.front()].name));
}

void WfFormatEdges::finish(const JsonPlace& tasks) {
  std::ranges::sort(edges_);
  edges_.erase(std::ranges::unique(edges_).begin(), edges_.end());
  if (too_many_ || edges_.size() > RecordedWorkflow::kMaxEdges) {
    tasks.problem(fmt::format("more than {} edges", RecordedWorkflow::kMaxEdges));
    return;
  }
  for (const auto& [parent, child] : edges_) tasks_[child].parents.push_back(parent);
  check_cycles(tasks);
}

}  // namespace gnomon::adapters
