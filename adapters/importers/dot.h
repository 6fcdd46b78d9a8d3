#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"

/// Workflows that were drawn with an editor of Graphviz's language, and back.

namespace gnomon::adapters {

struct ImportedDrawing {
  std::string yaml;
  std::string workflow;  ///< its name: that of the graph
  std::size_t nodes = 0;
  std::size_t edges = 0;
};

struct DrawingOptions {
  /// Only `workflows:`, for a scenario that includes the file; else runtimes, and one run of it.
  bool only_workflow = false;
};

/// Makes a scenario of a directed graph: a node for each node, which waits for those that lead to
/// it. `json` is the graph as `dot -Tdot_json` writes it. Attributes of a node say what it is:
///
/// - `definition`: its name and the rest but `after`, as JSON: {"train": {"task": ...}}
/// - `label`: its name, if it is plain text; else that is its id
/// - `runtime`, `action`, `units`: of its task; `workers` and its name if not said
/// - `duration`: how long it takes when simulated
/// - `retry`, `timeout`, `on_failure`, `priority`, `when`, `input`: as in a workflow
///
/// A node with `inner=true` is left out, with its edges: it stands for a part of another
/// node, as those of sub-workflows in the drawing of a run do.
///
/// An attribute `definition` of the graph is what the workflow says besides its nodes. All other
/// attributes are the drawing's, and so are clusters. Errors are kInvalid. What the values mean is
/// not checked: that is for whoever reads the scenario.
Expected<ImportedDrawing> import_dot(std::string_view json, std::string_view file_name,
                                     const DrawingOptions& options = {});

/// The attributes `definition` of a workflow that is written as JSON, its nodes in the order of
/// `names`; those of a graph that is generated are alike. Empty texts where the source is not a
/// workflow.
struct DrawnDefinition {
  std::string workflow;
  std::vector<std::string> nodes;
};
DrawnDefinition drawn_definition(std::string_view source, const std::vector<std::string>& names);

}  // namespace gnomon::adapters
