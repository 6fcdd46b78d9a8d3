#pragma once

#include "scenarios/language/decoder.h"

namespace gnomon::scenarios {

/// Tells the constant paths `.nodes.x` in the expressions of a workflow, as it is written, that are
/// read and can only be null: x is no node of it, or none that the expression sees. A path that is
/// guarded (`.nodes.x // 0`) or only written to is let pass (Expression::keys_read). A node's
/// expressions see the nodes that it waits for: those in its `after`, and the conditions that
/// choose it. The workflow's `output` sees all.
void check_nodes_seen(const Value& workflow, Decoder& decoder);

}  // namespace gnomon::scenarios
