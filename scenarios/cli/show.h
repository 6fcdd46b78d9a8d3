#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>

#include "reports/text/style.h"
#include "reports/view/node_state.h"

namespace gnomon::cli {

/// What `gnomon show` was given.
struct ShowArguments {
  std::string record;
  std::string what = "run";
  std::string workflow;
  std::string node;
  std::string kind;
  std::string name;   ///< of the workflow's definition
  std::string state;  ///< running, paused, or how a workflow ended
  std::string tenant;
  std::string label;  ///< NAME=VALUE
  std::optional<std::size_t> limit;
  bool json = false;

  /// People are shown the first of many rows, programs get all, unless --limit says otherwise.
  std::size_t max_rows() const {
    return limit.value_or(json ? std::numeric_limits<std::size_t>::max() : 50);
  }
};

/// Each prints one WHAT, as text or as JSON.
void show_workflows(const ShowArguments& arguments);
void show_workflow(const ShowArguments& arguments);
void show_node(const ShowArguments& arguments);
void show_events(const ShowArguments& arguments);
void show_routes(const ShowArguments& arguments);
void show_commands(const ShowArguments& arguments);

}  // namespace gnomon::cli
