#pragma once

#include <functional>
#include <map>
#include <string>

#include "tests/architecture/tree.h"

namespace gnomon::architecture {

/// The `May include:` line of each folder's README.md is the rule, and this reads it. It is a list,
/// separated by commas, that may run over several lines up to an empty one. An item is a folder
/// (`engine/base`), all folders of an area (`engine/*`), a library (`fmt`), or `POSIX`; what stands
/// in parentheses is a remark.
///
/// Breaches: a folder without README or line; an item that names nothing; an #include of anything
/// but the folder itself and what is listed; a path that does not start at the root; a header that
/// library_of does not know.
Violations check_may_include(const Tree& tree);

/// A third-party library's name, and why more than one folder may use it.
using SharedLibraries = std::map<std::string, std::string, std::less<>>;

/// Each third-party library is used from one folder, so that one folder changes when the library
/// does.
Violations check_one_folder_a_library(const Tree& tree, const SharedLibraries& shared);

/// Folders that include each other, directly or around a corner, are one folder in truth.
Violations check_no_folder_cycles(const Tree& tree);

}  // namespace gnomon::architecture
