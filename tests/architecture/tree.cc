#include "tests/architecture/tree.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <ostream>

namespace gnomon::architecture {

namespace fs = std::filesystem;

Tree load_tree(const fs::path& root) {
  constexpr std::uintmax_t kLargest = 1 << 20;
  Tree tree;
  for (fs::recursive_directory_iterator entry(root), end; entry != end; ++entry) {
    const std::string name = entry->path().filename().string();
    if (entry->is_directory() &&
        (name == ".git" || name == "build" || name.starts_with("build-"))) {
      entry.disable_recursion_pending();
    }
    if (!entry->is_regular_file() || entry->file_size() > kLargest) continue;
    std::ifstream file(entry->path(), std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (text.find('\0') != std::string::npos) continue;
    tree.emplace(fs::relative(entry->path(), root).generic_string(), std::move(text));
  }
  return tree;
}

void PrintTo(const Violation& violation, std::ostream* out) {
  *out << violation.path << ':' << violation.line << ": " << violation.what;
}

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

bool is_program_source(std::string_view path) {
  constexpr std::array<std::string_view, 5> kAreas = {"engine/", "sim/", "adapters/", "reports/",
                                                      "scenarios/"};
  return (path.ends_with(".h") || path.ends_with(".cc")) &&
         std::ranges::any_of(kAreas, [&](std::string_view area) { return path.starts_with(area); });
}

std::vector<std::string> program_folders(const Tree& tree) {
  std::vector<std::string> folders;
  for (const auto& [path, text] : tree) {
    if (is_program_source(path)) folders.emplace_back(folder_of(path));
  }
  std::ranges::sort(folders);
  folders.erase(std::ranges::unique(folders).begin(), folders.end());
  return folders;
}

}  // namespace gnomon::architecture
