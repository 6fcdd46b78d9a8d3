#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapters/importers/json_place.h"
#include "adapters/importers/recorded_workflow.h"
#include "engine/model/cycles.h"

namespace gnomon::adapters {

/// Tasks of a WfFormat document by the names under which others refer to them.
class TaskNames {
 public:
  void add(std::string_view name, NodeIndex task);
  /// How many tasks have that name.
  std::size_t count(std::string_view name) const;
  /// The one task of that name; notes a problem if there is none, or several.
  std::optional<NodeIndex> find(const JsonPlace& reference) const;

 private:
  struct Entry {
    NodeIndex task = 0;
    std::size_t count = 0;
  };
  std::unordered_map<std::string_view, Entry> tasks_;  // texts of the document
  std::vector<std::string_view> in_order_;             // to look for the nearest among the first
};

/// Collects which task waits for which, from both ends of an edge or from the files that one
/// writes and the other reads.
class WfFormatEdges {
 public:
  explicit WfFormatEdges(std::vector<RecordedWorkflow::Task>& tasks) : tasks_(tasks) {}

  /// `parents` and `children` of one task.
  void add_references(const JsonPlace& structure, NodeIndex task, const TaskNames& names);
  /// A file that a task reads or writes; task after task.
  void add_file(std::string file, NodeIndex task, bool is_output);
  /// Whoever reads a file waits for all that write it.
  void add_by_files();
  bool empty() const { return edges_.empty(); }

  /// Sets the parents of all tasks. Notes a problem at `tasks` if they wait for each other, or if
  /// there are too many edges.
  void finish(const JsonPlace& tasks);

 private:
  void add(NodeIndex parent, NodeIndex child);
  void check_cycles(const JsonPlace& tasks) const;

  struct Users {
    std::vector<NodeIndex> writers;  // ascending, each once
    std::vector<NodeIndex> readers;  // the same
  };

  std::vector<RecordedWorkflow::Task>& tasks_;
  std::vector<Edge> edges_;
  bool too_many_ = false;
  std::unordered_map<std::string, std::size_t> number_of_file_;  // in files_; never iterated
  std::vector<Users> files_;
};

}  // namespace gnomon::adapters
