#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gnomon::architecture {

/// The text files of a source tree, by path from its root. Rules are functions from a Tree to what
/// breaks them, so that each is tested on a small tree with a planted violation before it is held
/// against the real one.
using Tree = std::map<std::string, std::string>;

/// Reads every text file below `root` of up to 1 MiB; leaves out .git and build folders.
Tree load_tree(const std::filesystem::path& root);

/// One breach of one rule. `line` counts from 1; 0 stands for the whole file.
struct Violation {
  std::string path;
  int line = 0;
  std::string what;
  bool operator==(const Violation&) const = default;
};
/// Shown as a compiler shows an error, so that editors jump to it.
void PrintTo(const Violation& violation, std::ostream* out);

using Violations = std::vector<Violation>;

/// "engine/base" of "engine/base/time.h"; "" of a file at the root.
std::string_view folder_of(std::string_view path);
/// Whether a path is C++ (.h, .cc) below one of the areas that make up the program: engine, sim,
/// adapters, reports, scenarios.
bool is_program_source(std::string_view path);
/// All folders that hold such a file.
std::vector<std::string> program_folders(const Tree& tree);

}  // namespace gnomon::architecture
