#include "tests/architecture/libraries.h"

#include <algorithm>
#include <array>
#include <utility>

namespace gnomon::architecture {
namespace {

// The first prefix that fits counts.
constexpr auto kLibraries = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"boost/graph/", "Boost.Graph"},
    {"boost/property_map/", "Boost.Graph"},
    {"boost/asio", "Boost.Asio"},
    {"boost/beast", "Boost.Beast"},
    {"boost/", "Boost"},
    {"fmt/", "fmt"},
    {"xxhash.h", "xxhash"},
    {"Random123/", "Random123"},
    {"sqlite3", "SQLite"},
    {"CLI/", "CLI11"},
    {"nlohmann/", "nlohmann-json"},
    {"yaml.h", "libyaml"},
    {"jq.h", "jq"},
    {"jv.h", "jq"},
    {"date/", "date"},
    {"gtest/", "GoogleTest"},
    {"gmock/", "GoogleTest"},
    {"rapidcheck", "RapidCheck"},
    {"benchmark/", "Google Benchmark"},
    {"libpq-fe.h", "libpq"},
    {"curl/", "libcurl"},
});

constexpr auto kPosix = std::to_array<std::string_view>(
    {"aio.h",      "arpa/",   "dirent.h",  "dlfcn.h",  "execinfo.h", "fcntl.h",   "grp.h",
     "linux/",     "net/",    "netdb.h",   "netinet/", "poll.h",     "pthread.h", "pwd.h",
     "sched.h",    "spawn.h", "strings.h", "sys/",     "syslog.h",   "termios.h", "unistd.h",
     "sysexits.h", "glob.h",  "libgen.h",  "malloc.h", "utime.h",    "wordexp.h"});

constexpr auto kStandard = std::to_array<std::string_view>({
    "algorithm",
    "any",
    "array",
    "atomic",
    "barrier",
    "bit",
    "bitset",
    "cassert",
    "cctype",
    "cerrno",
    "cfenv",
    "cfloat",
    "charconv",
    "chrono",
    "cinttypes",
    "climits",
    "clocale",
    "cmath",
    "codecvt",
    "compare",
    "complex",
    "concepts",
    "condition_variable",
    "coroutine",
    "csetjmp",
    "csignal",
    "cstdarg",
    "cstddef",
    "cstdint",
    "cstdio",
    "cstdlib",
    "cstring",
    "ctime",
    "cuchar",
    "cwchar",
    "cwctype",
    "deque",
    "exception",
    "execution",
    "expected",
    "filesystem",
    "forward_list",
    "fstream",
    "functional",
    "future",
    "initializer_list",
    "iomanip",
    "ios",
    "iosfwd",
    "iostream",
    "istream",
    "iterator",
    "latch",
    "limits",
    "list",
    "locale",
    "map",
    "memory",
    "memory_resource",
    "mutex",
    "new",
    "numbers",
    "numeric",
    "optional",
    "ostream",
    "queue",
    "random",
    "ranges",
    "ratio",
    "regex",
    "scoped_allocator",
    "semaphore",
    "set",
    "shared_mutex",
    "source_location",
    "span",
    "spanstream",
    "sstream",
    "stack",
    "stacktrace",
    "stdexcept",
    "stdfloat",
    "stop_token",
    "streambuf",
    "string",
    "string_view",
    "strstream",
    "syncstream",
    "system_error",
    "thread",
    "tuple",
    "type_traits",
    "typeindex",
    "typeinfo",
    "unordered_map",
    "unordered_set",
    "utility",
    "valarray",
    "variant",
    "vector",
    "version",
    // C, as C spells it.
    "assert.h",
    "ctype.h",
    "errno.h",
    "fenv.h",
    "float.h",
    "inttypes.h",
    "limits.h",
    "locale.h",
    "math.h",
    "setjmp.h",
    "signal.h",
    "stdarg.h",
    "stdbool.h",
    "stddef.h",
    "stdint.h",
    "stdio.h",
    "stdlib.h",
    "string.h",
    "time.h",
    "wchar.h",
});

}  // namespace

std::string_view library_of(std::string_view header) {
  if (std::ranges::find(kStandard, header) != kStandard.end()) return "";
  const auto starts = [&](std::string_view prefix) { return header.starts_with(prefix); };
  if (std::ranges::any_of(kPosix, starts)) return "POSIX";
  const auto* found = std::ranges::find_if(kLibraries, starts,
                                           &std::pair<std::string_view, std::string_view>::first);
  return found == kLibraries.end() ? "?" : found->second;
}

bool is_library(std::string_view name) {
  return name == "POSIX" ||
         std::ranges::any_of(kLibraries, [&](const auto& row) { return row.second == name; });
}

}  // namespace gnomon::architecture
