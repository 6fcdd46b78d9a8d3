#pragma once

#include <optional>
#include <string>

#include "scenarios/language/diagnostics.h"
#include "scenarios/language/file_reader.h"
#include "scenarios/language/value.h"

namespace gnomon::scenarios {

/// Reads the file `path` and what it includes into one tree: what is included comes first, later
/// keys override, maps are merged, all else is replaced. Nothing if one of them cannot be read; the
/// reason has been told.
std::optional<Value> read_with_includes(const std::string& path, const FileReader& files,
                                        Diagnostics& diagnostics);

}  // namespace gnomon::scenarios
