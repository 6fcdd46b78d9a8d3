#include "adapters/process/verdict.h"

#include <fmt/format.h>
#include <string.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/expressions/json.h"

namespace gnomon::adapters {
namespace {

constexpr std::size_t kReasonBytes = 2048;
constexpr std::size_t kReasonLines = 10;
constexpr int kSignalBase = 128;
constexpr int kSignalMax = 64;

Payload success(const CapturedOutput& output, const CapturedOutput& errors) {
  const std::string text = output.text();
  Payload value;
  if (output.dropped_bytes() == 0) {
    if (Expected<Payload> json = canonical_json(text)) value = std::move(*json);
  }
  const auto object = [&](bool with_value) {
    JsonObject result;
    result.add_integer("exit_code", 0);
    if (with_value) result.add("output", value);
    result.add_string("stderr", errors.text());
    if (const auto dropped = errors.dropped_bytes(); dropped > 0) {
      result.add_integer("stderr_dropped_bytes", static_cast<std::int64_t>(dropped));
    }
    result.add_string("stdout", text);
    if (const auto dropped = output.dropped_bytes(); dropped > 0) {
      result.add_integer("stdout_dropped_bytes", static_cast<std::int64_t>(dropped));
    }
    return result.payload();
  };
  Payload result = object(!value.empty());
  // Only texts full of control characters, each of which takes six bytes as JSON, come near it.
  if (result.text().size() > kMaxJsonBytes) result = object(false);
  return result;
}

ErrorClass class_of(const ProcessEnd& end, const std::map<int, ErrorClass>& exit_codes) {
  const int code = end.killed ? kSignalBase + end.number : end.number;
  if (const auto found = exit_codes.find(code); found != exit_codes.end()) return found->second;
  const bool by_signal = code > kSignalBase && code <= kSignalBase + kSignalMax;
  return end.killed || by_signal ? ErrorClass::kLost : ErrorClass::kPermanent;
}

}  // namespace

std::string to_string(const ProcessEnd& end) {
  if (!end.killed) return fmt::format("exit code {}", end.number);
  const char* name = sigabbrev_np(end.number);
  return name == nullptr ? fmt::format("killed by signal {}", end.number)
                         : fmt::format("killed by SIG{}", name);
}

Payload reason_of(std::string_view why, const CapturedOutput& errors) {
  std::string text(why);
  if (const std::string lines = errors.last_lines(kReasonBytes, kReasonLines); !lines.empty()) {
    text += "; stderr ends with:\n" + lines;
  }
  std::ranges::replace(text, '\0', ' ');
  // Through JSON and back, which replaces what is not UTF-8.
  return Payload(nlohmann::json::parse(json_string(text)).get_ref<const std::string&>());
}

Verdict judge(const ProcessEnd& end, const CapturedOutput& output, const CapturedOutput& errors,
              const std::map<int, ErrorClass>& exit_codes) {
  if (!end.killed && end.number == 0) {
    return {Outcome::kSucceeded, ErrorClass::kNone, success(output, errors)};
  }
  return {Outcome::kFailed, class_of(end, exit_codes), reason_of(to_string(end), errors)};
}

}  // namespace gnomon::adapters
