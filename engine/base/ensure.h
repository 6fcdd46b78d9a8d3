#pragma once

#include <fmt/format.h>

namespace gnomon {

/// Prints where and why, and aborts. Called by ENSURE only.
[[noreturn]] void ensure_failed(const char* file, int line, const char* condition,
                                fmt::string_view format, fmt::format_args arguments);

template <typename... Arguments>
[[noreturn, gnu::cold, gnu::noinline]] void ensure_failed_with(
    const char* file, int line, const char* condition, fmt::format_string<Arguments...> format,
    const Arguments&... arguments) {
  ensure_failed(file, line, condition, format, fmt::make_format_args(arguments...));
}

}  // namespace gnomon

/// States what can only be false through a bug in gnomon. On in every build. The message, a format
/// string with arguments, prints the state that explains the failure. Users' mistakes and failing
/// disks are Errors instead.
#define ENSURE(condition, ...)                                                   \
  do {                                                                           \
    if (!(condition)) [[unlikely]] {                                             \
      ::gnomon::ensure_failed_with(__FILE__, __LINE__, #condition, __VA_ARGS__); \
    }                                                                            \
  } while (false)
