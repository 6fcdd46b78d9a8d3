#include "tests/engine/expressions/libjq_oracle.h"

extern "C" {
#include <jq.h>
}

#include "engine/expressions/json.h"

#if defined(__has_feature)
#define GNOMON_FINDS_LEAKS __has_feature(address_sanitizer)
#elif defined(__SANITIZE_ADDRESS__)
#define GNOMON_FINDS_LEAKS 1
#else
#define GNOMON_FINDS_LEAKS 0
#endif
#if GNOMON_FINDS_LEAKS
#include <sanitizer/lsan_interface.h>
#endif

namespace gnomon {
namespace {

/// libjq's machine leaks in some of its functions (ltrimstr, for one), which is not ours to mend.
struct IgnoredLeaks {
#if GNOMON_FINDS_LEAKS
  IgnoredLeaks() { __lsan_disable(); }
  ~IgnoredLeaks() { __lsan_enable(); }
#endif
};

std::string canonical_text(jv value) {
  jv text = jv_dump_string(value, 0);
  const std::string canonical(canonical_json(jv_string_value(text)).value().json());
  jv_free(text);
  return canonical;
}

}  // namespace

std::optional<std::vector<OracleResults>> ask_libjq(std::string_view program,
                                                    std::span<const std::string_view> inputs) {
  [[maybe_unused]] const IgnoredLeaks ignored;
  jq_state* jq = jq_init();
  jq_set_error_cb(jq, [](void*, jv message) { jv_free(message); }, nullptr);
  if (!jq_compile(jq, std::string(program).c_str())) {
    jq_teardown(&jq);
    return std::nullopt;
  }
  std::vector<OracleResults> all;
  for (const std::string_view input : inputs) {
    OracleResults& oracle = all.emplace_back();
    jq_start(jq, jv_parse(std::string(input).c_str()), 0);
    for (;;) {
      jv value = jq_next(jq);
      if (!jv_is_valid(value)) {
        oracle.failed = jv_invalid_has_msg(value) != 0;
        break;
      }
      oracle.results.push_back(canonical_text(value));
    }
    if (oracle.failed) oracle.results.clear();
  }
  jq_teardown(&jq);
  return all;
}

}  // namespace gnomon
