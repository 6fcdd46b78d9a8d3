#include "tests/architecture/include_rules.h"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/architecture/libraries.h"
#include "tests/architecture/source.h"

namespace gnomon::architecture {
namespace {

using Names = std::set<std::string, std::less<>>;

struct Allowed {
  int line = 0;
  Names items;

  bool folder(std::string_view name) const {
    return items.contains(name) ||
           items.contains(fmt::format("{}/*", name.substr(0, name.find('/'))));
  }
  /// Boost's small headers come with any of its libraries.
  bool library(std::string_view name) const {
    return items.contains(name) ||
           (name == "Boost" && std::ranges::any_of(items, [](const std::string& item) {
              return item.starts_with("Boost.");
            }));
  }
};

std::string_view trim(std::string_view text) {
  constexpr std::string_view kEdges = " \t`.";
  const std::size_t first = text.find_first_not_of(kEdges);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kEdges) - first + 1);
}

Names split_at_commas(std::string_view list) {
  Names items;
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view item = trim(list.substr(0, comma));
    if (!item.empty() && item.front() != '(') items.emplace(item);
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return items;
}

std::optional<Allowed> parse_may_include(std::string_view readme) {
  constexpr std::string_view kLabel = "May include:";
  std::string list;
  int first = 0;
  int number = 0;
  for (std::string_view line : lines_of(readme)) {
    ++number;
    if (first == 0) {
      if (!line.starts_with(kLabel)) continue;
      first = number;
      line.remove_prefix(kLabel.size());
    } else if (trim(line).empty()) {
      break;
    }
    list.append(line).append(" ");
  }
  if (first == 0) return std::nullopt;
  return Allowed{first, split_at_commas(list)};
}

bool names_something(std::string_view item, const std::vector<std::string>& folders) {
  if (item.ends_with("/*")) {
    item.remove_suffix(1);
    return std::ranges::any_of(folders,
                               [&](const auto& folder) { return folder.starts_with(item); });
  }
  return is_library(item) || std::ranges::find(folders, item) != folders.end();
}

/// What is wrong with one #include in a file of `folder`; nothing if it is allowed.
std::optional<std::string> breach(const Include& include, std::string_view folder,
                                  const Allowed& allowed) {
  if (include.angle) {
    const std::string_view library = library_of(include.path);
    if (library.empty() || allowed.library(library)) return std::nullopt;
    if (library == "?") {
      return fmt::format("<{}> is of no library that tests/architecture/libraries.cc knows",
                         include.path);
    }
    return fmt::format("<{}> is of {}, which {}/README.md does not allow", include.path, library,
                       folder);
  }
  const std::string_view other = folder_of(include.path);
  if (other == folder || allowed.folder(other)) return std::nullopt;
  if (!is_program_source(include.path)) {
    return fmt::format("\"{}\" does not start at the root, or is no part of the program",
                       include.path);
  }
  return fmt::format("\"{}\" is of {}, which {}/README.md does not allow", include.path, other,
                     folder);
}

/// Calls visit(path, folder, include) for each #include of the program.
template <typename Visit>
void for_each_include(const Tree& tree, Visit visit) {
  for (const auto& [path, text] : tree) {
    if (!is_program_source(path)) continue;
    for (const Include& include : includes_of(text))
      visit(path, std::string(folder_of(path)), include);
  }
}

}  // namespace

Violations check_may_include(const Tree& tree) {
  Violations violations;
  const std::vector<std::string> folders = program_folders(tree);
  std::map<std::string, Allowed, std::less<>> rules;
  for (const std::string& folder : folders) {
    const std::string path = folder + "/README.md";
    const auto readme = tree.find(path);
    if (readme == tree.end()) {
      violations.push_back({path, 0, "is missing"});
      continue;
    }
    const std::optional<Allowed> allowed = parse_may_include(readme->second);
    if (!allowed) {
      violations.push_back({path, 0, "has no line that starts with `May include:`"});
      continue;
    }
    for (const std::string& item : allowed->items) {
      if (names_something(item, folders)) continue;
      violations.push_back(
          {path, allowed->line, fmt::format("`{}` is neither a folder nor a library", item)});
    }
    rules.emplace(folder, *allowed);
  }
  for_each_include(tree,
                   [&](const std::string& path, const std::string& folder, const Include& include) {
                     const auto rule = rules.find(folder);
                     if (rule == rules.end()) return;
                     if (auto what = breach(include, folder, rule->second)) {
                       violations.push_back({path, include.line, std::move(*what)});
                     }
                   });
  return violations;
}

Violations check_one_folder_a_library(const Tree& tree, const SharedLibraries& shared) {
  std::map<std::string, std::map<std::string, Violation>> first_use;  // library -> folder -> where
  for_each_include(tree,
                   [&](const std::string& path, const std::string& folder, const Include& include) {
                     if (!include.angle) return;
                     const std::string library(library_of(include.path));
                     if (library.empty() || library == "POSIX" || library == "Boost" ||
                         library == "?" || shared.contains(library))
                       return;
                     first_use[library].try_emplace(folder, Violation{path, include.line, {}});
                   });
  Violations violations;
  for (const auto& [library, folders] : first_use) {
    if (folders.size() == 1) continue;
    Names names;
    for (const auto& [folder, where] : folders) names.insert(folder);
    for (const auto& [folder, where] : folders) {
      violations.push_back({where.path, where.line,
                            fmt::format("{} is used from {} folders: {}", library, names.size(),
                                        fmt::join(names, ", "))});
    }
  }
  return violations;
}

Violations check_no_folder_cycles(const Tree& tree) {
  std::map<std::string, std::map<std::string, Violation>> uses;  // folder -> folder -> where
  for_each_include(tree,
                   [&](const std::string& path, const std::string& folder, const Include& include) {
                     const std::string other(folder_of(include.path));
                     if (include.angle || other == folder || !is_program_source(include.path))
                       return;
                     uses[folder].try_emplace(other, Violation{path, include.line, {}});
                   });

  Violations violations;
  Names done;
  std::vector<std::string> trail;
  const std::function<void(const std::string&)> visit = [&](const std::string& folder) {
    if (done.contains(folder)) return;
    trail.push_back(folder);
    for (const auto& [next, where] : uses[folder]) {
      const auto start = std::ranges::find(trail, next);
      if (start == trail.end()) {
        visit(next);
      } else {
        violations.push_back({where.path, where.line,
                              fmt::format("closes a circle of folders: {} -> {}",
                                          fmt::join(start, trail.end(), " -> "), next)});
      }
    }
    trail.pop_back();
    done.insert(folder);
  };
  for (const std::string& folder : program_folders(tree)) visit(folder);
  return violations;
}

}  // namespace gnomon::architecture
