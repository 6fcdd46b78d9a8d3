#include "tests/architecture/layout_rules.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include <fmt/format.h>

#include "tests/architecture/source.h"

namespace gnomon::architecture {
namespace {

constexpr std::ptrdiff_t kLongest = 500;

bool is_written_by_hand(std::string_view path) {
  constexpr std::array<std::string_view, 5> kEndings = {".h", ".cc", ".sh", ".cmake",
                                                        "CMakeLists.txt"};
  constexpr std::array<std::string_view, 4> kPrograms = {"gnomon", "tests/run", ".ci/run",
                                                         ".ci/digest-matrix"};
  return std::ranges::any_of(kEndings, [&](auto ending) { return path.ends_with(ending); }) ||
         std::ranges::find(kPrograms, path) != kPrograms.end();
}

/// Calls visit(path, line number, line) for each line of each file.
template <typename Visit>
void for_each_line(const Tree& tree, Visit visit) {
  for (const auto& [path, text] : tree) {
    int number = 0;
    for (const std::string_view line : lines_of(text)) visit(path, ++number, line);
  }
}

}  // namespace

Violations check_file_length(const Tree& tree) {
  Violations violations;
  for (const auto& [path, text] : tree) {
    const auto lines = std::ranges::count(text, '\n');
    if (is_written_by_hand(path) && lines > kLongest) {
      violations.push_back({path, 0, fmt::format("has {} lines, more than {}", lines, kLongest)});
    }
  }
  return violations;
}

Violations check_headers_teach(const Tree& tree) {
  Violations violations;
  for (const auto& [path, text] : tree) {
    if (!is_program_source(path) || !path.ends_with(".h")) continue;
    const auto teaching = std::ranges::count_if(lines_of(text), [](std::string_view line) {
      return line.find("/// ") != std::string_view::npos;
    });
    if (teaching == 0)
      violations.push_back({path, 0, "does not say what it is for (a line of ///)"});
  }
  return violations;
}

Violations check_readmes(const Tree& tree) {
  std::set<std::string_view> folders;
  for (const auto& [path, text] : tree) {
    const std::string_view folder = folder_of(path);
    if (is_program_source(path) || folder == "scenarios/library" || folder == "tests")
      folders.insert(folder);
  }
  Violations violations;
  for (const std::string_view folder : folders) {
    const std::string readme = fmt::format("{}/README.md", folder);
    if (!tree.contains(readme)) violations.push_back({readme, 0, "is missing"});
  }
  return violations;
}

Violations check_no_leftovers(const Tree& tree) {
  // Written in two halves, so that this file does not hold them.
  const std::array<std::string, 4> words = {std::string("TO") + "DO", std::string("FIX") + "ME",
                                            std::string("XX") + "X", std::string("HA") + "CK"};
  Violations violations;
  for_each_line(tree, [&](const std::string& path, int number, std::string_view line) {
    for (const std::string& word : words) {
      if (find_word(line, word) != std::string_view::npos) {
        violations.push_back({path, number, fmt::format("`{}`: do it, or open an issue", word)});
      }
    }
  });
  return violations;
}

Violations check_no_machine_paths(const Tree& tree) {
  const std::array<std::string, 8> marks = {
      std::string("/wo") + "rk/",         std::string("/tmp/bash") + "_jobs",
      std::string("/tmp/bu") + "ild",     std::string("/ho") + "me/",
      std::string("/ro") + "ot/",         std::string("deb.deb") + "ian.org",
      std::string("registry.npm") + "js", std::string("pypi.") + "org"};
  Violations violations;
  for_each_line(tree, [&](const std::string& path, int number, std::string_view line) {
    for (const std::string& mark : marks) {
      // A slash after a word is the middle of a longer, relative path.
      for (std::size_t at = line.find(mark); at != std::string_view::npos;
           at = line.find(mark, at + 1)) {
        const char before = at == 0 ? ' ' : line[at - 1];
        if (mark[0] == '/' && (std::isalnum(static_cast<unsigned char>(before)) != 0 ||
                               before == '_' || before == '.' || before == '-' || before == '}')) {
          continue;
        }
        violations.push_back(
            {path, number, fmt::format("`{}` is of one machine or network", mark)});
        break;
      }
    }
  });
  return violations;
}

}  // namespace gnomon::architecture
