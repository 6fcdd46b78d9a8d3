#pragma once

#include "tests/architecture/tree.h"

namespace gnomon::architecture {

/// C++, shell and CMake files of up to 500 lines: a longer one is asking to be two.
Violations check_file_length(const Tree& tree);

/// Headers teach: each of the program's says what it is for, in `///`.
Violations check_headers_teach(const Tree& tree);

/// Every folder that holds C++ of the program, scenarios, or a part of the tests has a README.md.
Violations check_readmes(const Tree& tree);

/// Nothing is left to be done: none of the four words that say so.
Violations check_no_leftovers(const Tree& tree);

/// No path of somebody's machine and no host of a package registry: what is here works anywhere.
Violations check_no_machine_paths(const Tree& tree);

}  // namespace gnomon::architecture
