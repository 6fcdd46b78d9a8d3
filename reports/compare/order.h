#pragma once

#include "reports/compare/diff.h"
#include "reports/compare/matching.h"

namespace gnomon::reports {

/// Compares the order in which things happened, as a partial order: only what was forced. Most
/// pairs of nodes run side by side, or one after the other by chance; that their order differs
/// between two runs means nothing. An order is forced in two ways.
///
/// By dependency: y depends on x, so y becomes READY after x is FINISHED. A record keeps this if
/// end(x) <= begin(y), and a pair is reported if one record keeps it and the other does not. It is
/// enough to look at edges: if a path x -> ... -> y is not kept, then neither is one of its edges.
/// (Only edges that both definitions have; what else changed is a difference between definitions.)
///
/// By capacity: x and y are attempts on a runtime that can run only one of them at a time (together
/// they need more slots than there are, whichever two are taken; a record that does not say how
/// many slots there are counts as having one if it never shows two attempts at once). One must wait
/// for the other, and which of them is a decision. It counts as one only if it was made in both
/// records: the one that came second had been launched before the first ended. Otherwise one was
/// gone before the other came, and the order shows no more than when they came. Of the pairs that
/// were decided differently, those are reported that are neighbours in the order of A or of B: if
/// the orders differ, then such neighbours do, and what moved to another place is reported there
/// and not once for everything it passed.
///
/// Fills `diff.order` and `diff.forced_pairs`.
void compare_order(const RunView& a, const RunView& b, const Matching& matching,
                   const DiffOptions& options, Diff& diff);

}  // namespace gnomon::reports
