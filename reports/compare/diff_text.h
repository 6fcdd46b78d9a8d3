#pragma once

#include <string>

#include "reports/compare/diff.h"
#include "reports/text/style.h"

namespace gnomon::reports {

/// For a terminal: a verdict for each kind of difference, then what differs.
std::string print_diff(const Diff& diff, const DiffOptions& options, const Style& style);

/// The same as JSON of a stated form: {"format": "gnomon.diff", "version": 1, "equal": ..., ...}.
/// Durations in seconds.
std::string diff_json(const Diff& diff, const DiffOptions& options);

}  // namespace gnomon::reports
