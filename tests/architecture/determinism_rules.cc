#include "tests/architecture/determinism_rules.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "tests/architecture/source.h"

namespace gnomon::architecture {
namespace {

struct Banned {
  std::string_view word;
  std::string_view why;
};

constexpr std::string_view kClock = "reads a clock; the time comes from the Clock port";
constexpr std::string_view kRandom = "draws in sequence; draw by key (engine/base/random.h)";
constexpr std::string_view kThread = "is for threads; engine and simulation are one";
constexpr std::string_view kWorld = "reaches into the world; that is for adapters";
constexpr std::string_view kLocale = "depends on the locale";
constexpr std::string_view kHash = "orders by a hash or an address";

constexpr auto kBanned = std::to_array<Banned>({
    {"system_clock", kClock},
    {"steady_clock", kClock},
    {"high_resolution_clock", kClock},
    {"clock_gettime", kClock},
    {"gettimeofday", kClock},
    {"time(nullptr", kClock},
    {"time(NULL", kClock},
    {"time(0", kClock},
    {"<ctime>", kClock},
    {"__DATE__", kClock},
    {"__TIME__", kClock},
    {"random_device", kRandom},
    {"mt19937", kRandom},
    {"mt19937_64", kRandom},
    {"minstd_rand", kRandom},
    {"default_random_engine", kRandom},
    {"rand(", kRandom},
    {"srand(", kRandom},
    {"drand48(", kRandom},
    {"std::shuffle", kRandom},
    {"std::sample", kRandom},
    {"<random>", kRandom},
    {"std::thread", kThread},
    {"std::jthread", kThread},
    {"std::async", kThread},
    {"std::mutex", kThread},
    {"std::shared_mutex", kThread},
    {"std::recursive_mutex", kThread},
    {"std::condition_variable", kThread},
    {"std::call_once", kThread},
    {"thread_local", kThread},
    {"<thread>", kThread},
    {"<mutex>", kThread},
    {"<future>", kThread},
    {"getenv", kWorld},
    {"secure_getenv", kWorld},
    {"<filesystem>", kWorld},
    {"<fstream>", kWorld},
    {"fopen(", kWorld},
    {"setlocale", kLocale},
    {"std::locale", kLocale},
    {"<locale>", kLocale},
    {"<clocale>", kLocale},
    {"std::hash", kHash},
    {"uintptr_t", kHash},
    {"<execution>", "leaves the order to the library"},
    {"long double", "differs between machines"},
});

constexpr auto kLibm = std::to_array<std::string_view>(
    {"exp",   "exp2",  "expm1", "log",  "log2", "log10",  "log1p",  "pow",  "cbrt", "hypot",
     "sin",   "cos",   "tan",   "asin", "acos", "atan",   "atan2",  "sinh", "cosh", "tanh",
     "asinh", "acosh", "atanh", "erf",  "erfc", "tgamma", "lgamma", "fma"});

bool is_space(char c) {
  return c == ' ' || c == '\t';
}
bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Whether the line calls libm's `name` or takes its address: `std::name`, `::name(`, or a bare
/// `name(` in a file that has libm's names without std::. Members, other namespaces' functions and
/// declarations are not meant.
bool calls_libm(std::string_view line, std::string_view name, bool has_cmath) {
  for (std::size_t at = find_word(line, name); at != std::string_view::npos;
       at = find_word(line, name, at + 1)) {
    const std::string_view before = line.substr(0, at);
    if (before.ends_with("std::")) return true;
    if (!line.substr(at + name.size()).starts_with("(")) continue;
    if (before.ends_with("::")) {
      if (before.size() == 2 || !is_word(before[before.size() - 3])) return true;
      continue;
    }
    const std::size_t last = before.find_last_not_of(' ');
    const char previous = last == std::string_view::npos ? ';' : before[last];
    const bool declared = is_word(previous) && !before.ends_with("return ");
    if (has_cmath && !declared && previous != '.' && previous != '>') return true;
  }
  return false;
}

/// `std::uniform_int_distribution` and its kin.
bool names_distribution(std::string_view line) {
  constexpr std::string_view kSuffix = "_distribution";
  for (std::size_t at = line.find(kSuffix); at != std::string_view::npos;
       at = line.find(kSuffix, at + 1)) {
    std::size_t start = at;
    while (start > 0 && is_word(line[start - 1])) --start;
    const std::size_t end = at + kSuffix.size();
    if (line.substr(0, start).ends_with("std::") && (end == line.size() || !is_word(line[end])))
      return true;
  }
  return false;
}

/// A variable that lives as long as the program and can change: `static` not followed by const or
/// constexpr, where
/// `=`, `{` or `;` comes before any `(`.
bool declares_mutable_static(std::string_view line) {
  const std::size_t at = find_word(line, "static");
  if (at == std::string_view::npos) return false;
  const std::string_view rest = line.substr(at);
  for (const std::string_view word : {"const", "constexpr", "consteval"}) {
    if (find_word(line, word) != std::string_view::npos) return false;
  }
  const std::size_t stop = rest.find_first_of("(={;");
  return stop != std::string_view::npos && rest[stop] != '(';
}

/// `std::map<Node*, ...>`, `std::set<const Node*>`.
bool keys_by_pointer(std::string_view line) {
  for (const std::string_view container :
       {"map", "set", "multimap", "multiset", "unordered_map", "unordered_set"}) {
    for (std::size_t at = find_word(line, container); at != std::string_view::npos;
         at = find_word(line, container, at + 1)) {
      std::string_view arguments = line.substr(at + container.size());
      if (!arguments.starts_with("<")) continue;
      const std::size_t end = arguments.find_first_of(",<>(", 1);
      if (arguments.substr(0, end).find('*') != std::string_view::npos) return true;
    }
  }
  return false;
}

using Names = std::set<std::string, std::less<>>;

/// Names of variables declared as `unordered_map<...> name` or `unordered_set<...> name`.
Names unordered_variables(std::string_view code) {
  Names names;
  for (const std::string_view container :
       {"unordered_map", "unordered_set", "unordered_multimap", "unordered_multiset"}) {
    for (std::size_t at = find_word(code, container); at != std::string_view::npos;
         at = find_word(code, container, at + 1)) {
      std::size_t i = at + container.size();
      if (i >= code.size() || code[i] != '<') continue;
      int depth = 0;
      for (; i < code.size(); ++i) {
        if (code[i] == '<') ++depth;
        if (code[i] == '>' && --depth == 0) break;
      }
      for (++i; i < code.size() && (is_space(code[i]) || code[i] == '&' || code[i] == '\n');) ++i;
      const std::size_t start = i;
      while (i < code.size() && is_word(code[i])) ++i;
      if (i > start) names.emplace(code.substr(start, i - start));
    }
  }
  return names;
}

/// The name of the unordered container that a `for (... : name)` or `name.begin()` in this line
/// walks through.
std::optional<std::string> walks_unordered(std::string_view line, const Names& unordered) {
  for (const std::string& name : unordered) {
    for (std::size_t at = find_word(line, name); at != std::string_view::npos;
         at = find_word(line, name, at + 1)) {
      const std::string_view before = line.substr(0, at);
      const std::string_view after = line.substr(at + name.size());
      const bool in_for = find_word(before, "for") != std::string_view::npos;
      const std::size_t colon = before.rfind(" : ");
      if (in_for && colon != std::string_view::npos && after.starts_with(")")) return name;
      if (after.starts_with(".begin()") || after.starts_with(".cbegin()")) return name;
    }
  }
  return std::nullopt;
}

/// What the lines of one file are judged by.
struct Context {
  Names unordered;
  bool has_cmath = false;
};

/// Everything in one line that must not be there.
std::vector<std::string> breaches(std::string_view line, const Context& context) {
  std::vector<std::string> found;
  for (const Banned& banned : kBanned) {
    if (find_word(line, banned.word) != std::string_view::npos) {
      found.push_back(fmt::format("`{}` {}", banned.word, banned.why));
    }
  }
  for (const std::string_view name : kLibm) {
    if (calls_libm(line, name, context.has_cmath))
      found.push_back(fmt::format("`{}` differs between CPUs", name));
  }
  if (names_distribution(line)) found.push_back("std's distributions differ between libraries");
  if (declares_mutable_static(line)) found.push_back("a static that can change outlives its run");
  if (keys_by_pointer(line)) found.push_back("a container with pointers as keys orders by address");
  if (const auto name = walks_unordered(line, context.unordered)) {
    found.push_back(fmt::format("walks through `{}` in the order of a hash", *name));
  }
  return found;
}

/// The reason given in `// determinism: <reason>`; "" if there is none worth the name.
std::string_view excuse(std::string_view raw_line) {
  constexpr std::string_view kMark = "// determinism: ";
  const std::size_t at = raw_line.find(kMark);
  if (at == std::string_view::npos) return {};
  const std::string_view reason = raw_line.substr(at + kMark.size());
  return std::ranges::count(reason, ' ') >= 1 ? reason : std::string_view{};
}

Context context_of(const Tree& tree, std::string_view text) {
  Context context{unordered_variables(strip_comments_and_literals(text)), false};
  for (const Include& include : includes_of(text)) {
    context.has_cmath |= include.path == "cmath" || include.path == "math.h";
    const auto header = tree.find(include.path);
    if (header == tree.end()) continue;
    context.unordered.merge(unordered_variables(strip_comments_and_literals(header->second)));
  }
  return context;
}

}  // namespace

DeterminismReport check_determinism(const Tree& tree) {
  DeterminismReport report;
  for (const auto& [path, text] : tree) {
    if (!is_program_source(path) || !(path.starts_with("engine/") || path.starts_with("sim/")))
      continue;
    const Context context = context_of(tree, text);
    const std::string code = strip_comments_and_literals(text);
    const std::vector<std::string_view> lines = lines_of(code);
    const std::vector<std::string_view> raw = lines_of(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::string_view reason = excuse(raw[i]);
      for (std::string& what : breaches(lines[i], context)) {
        const int line = static_cast<int>(i) + 1;
        if (reason.empty()) {
          report.violations.push_back({path, line, std::move(what)});
        } else {
          report.excused.push_back({path, line, fmt::format("{}: {}", what, reason)});
        }
      }
    }
  }
  return report;
}

}  // namespace gnomon::architecture
