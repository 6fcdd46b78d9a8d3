#include "adapters/importers/json_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace gnomon::adapters {
namespace {

bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
}

/// What the parser says, without its own place, and without the text it stopped at, which may be
/// long or no text at all.
std::string_view reason_of(std::string_view what) {
  if (const std::size_t at = what.find(": "); at != std::string_view::npos)
    what.remove_prefix(at + 2);
  else if (const std::size_t end = what.find("] "); end != std::string_view::npos)
    what.remove_prefix(end + 2);
  return what.substr(0, std::min(what.find("; last read"), what.find(" parsing '")));
}

/// Looks at a text without building anything: is it JSON, and within the bounds?
class Check final : public Json::json_sax_t {
 public:
  explicit Check(std::string_view text) : text_(text) {}
  const std::string& mistake() const { return mistake_; }

  bool null() override { return count(); }
  bool boolean(bool) override { return count(); }
  bool number_integer(std::int64_t) override { return count(); }
  bool number_unsigned(std::uint64_t) override { return count(); }
  bool number_float(double, const std::string&) override { return count(); }
  bool string(std::string&) override { return count(); }
  bool binary(Json::binary_t&) override { return count(); }
  bool key(std::string&) override { return true; }
  bool start_object(std::size_t) override { return begin(); }
  bool start_array(std::size_t) override { return begin(); }
  bool end_object() override { return end(); }
  bool end_array() override { return end(); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    mistake_ =
        fmt::format("{}: error: {}", line_and_column(text_, position == 0 ? 0 : position - 1),
                    reason_of(error.what()));
    return false;
  }

 private:
  bool count() {
    if (++values_ <= kMaxTraceValues) return true;
    mistake_ = fmt::format(" there are more than {} values", kMaxTraceValues);
    return false;
  }
  bool begin() {
    if (++depth_ <= kMaxTraceDepth) return count();
    mistake_ = fmt::format(" values are nested deeper than {}", kMaxTraceDepth);
    return false;
  }
  bool end() {
    --depth_;
    return true;
  }

  std::string_view text_;
  std::string mistake_;
  std::size_t values_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

std::string line_and_column(std::string_view text, std::size_t at) {
  const std::string_view before = text.substr(0, at);
  const std::size_t line_begin = before.rfind('\n') + 1;  // 0 on the first line
  return fmt::format("{}:{}", std::ranges::count(before, '\n') + 1,
                     std::ranges::count_if(before.substr(line_begin), begins_character) + 1);
}

Expected<Json> read_json(std::string_view text, std::string_view file_name) {
  if (text.size() > kMaxTraceBytes) {
    return invalid(fmt::format("{}: {} bytes long; at most {} are read", file_name, text.size(),
                               kMaxTraceBytes));
  }
  Check check(text);
  if (!Json::sax_parse(text, &check))
    return invalid(fmt::format("{}:{}", file_name, check.mistake()));
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

}  // namespace gnomon::adapters
