#include "engine/base/ensure.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace gnomon {

void ensure_failed(const char* file, int line, const char* condition, fmt::string_view format,
                   fmt::format_args arguments) {
  const std::string message = fmt::vformat(format, arguments);
  fmt::print(stderr, "{}:{}: bug: {} does not hold: {}\n", file, line, condition, message);
  std::fflush(stderr);
  std::abort();
}

}  // namespace gnomon
