#pragma once

#include <string>

#include "reports/view/run_view.h"

namespace gnomon::reports {

/// One line a node, under a line of names (RFC 4180, UTF-8, line ends CR LF). Instants in ISO 8601
/// (UTC), durations in seconds with decimals; what did not happen is empty.
std::string nodes_csv(const RunView& run);

/// One line a workflow.
std::string workflows_csv(const RunView& run);

}  // namespace gnomon::reports
