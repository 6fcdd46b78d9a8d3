#include "engine/expressions/value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "engine/expressions/json.h"

namespace gnomon {
namespace {

void append_number(double number, std::string& out) {
  if (std::isnan(number)) {
    out += "null";
    return;
  }
  constexpr double kLargest = std::numeric_limits<double>::max();
  number = std::clamp(number, -kLargest, kLargest);
  char buffer[32];
  std::to_chars_result end{};
  // to_chars would write 100000 as 1e+05, which is shorter. The int64_t has no -0.
  const bool whole = std::fabs(number) < 1e17 && std::trunc(number) == number;
  if (whole && (number != 0 || !std::signbit(number))) {
    end = std::to_chars(buffer, std::end(buffer), static_cast<std::int64_t>(number));
  } else {
    end = std::to_chars(buffer, std::end(buffer), number);
  }
  out.append(buffer, end.ptr);
}

class Writer {
 public:
  Writer(std::size_t max_bytes, std::string& out) : max_bytes_(max_bytes), out_(out) {}

  bool write(const Json& value, int depth) {
    switch (value.kind()) {
      case JV_KIND_INVALID:
      case JV_KIND_NULL:
        out_ += "null";
        break;
      case JV_KIND_FALSE:
        out_ += "false";
        break;
      case JV_KIND_TRUE:
        out_ += "true";
        break;
      case JV_KIND_NUMBER:
        append_number(value.number(), out_);
        break;
      case JV_KIND_STRING:
        append_json_string(value.text(), out_);
        break;
      case JV_KIND_ARRAY:
        if (depth == kMaxJsonDepth || !write_array(value, depth)) return false;
        break;
      case JV_KIND_OBJECT:
        if (depth == kMaxJsonDepth || !write_object(value, depth)) return false;
        break;
    }
    return out_.size() <= max_bytes_;
  }

 private:
  bool write_array(const Json& array, int depth) {
    out_ += '[';
    const int length = array.length();
    for (int i = 0; i < length; ++i) {
      if (i > 0) out_ += ',';
      if (!write(array.at(i), depth + 1)) return false;
    }
    out_ += ']';
    return true;
  }

  bool write_field(const Json& key, const Json& value, bool first, int depth) {
    if (!first) out_ += ',';
    append_json_string(key.text(), out_);
    out_ += ':';
    return write(value, depth + 1);
  }

  bool write_object(const Json& object, int depth) {
    out_ += '{';
    bool first = true;
    if (is_sorted(object)) {
      for (int i = jv_object_iter(object.borrow()); jv_object_iter_valid(object.borrow(), i);
           i = jv_object_iter_next(object.borrow(), i)) {
        const Json key(jv_object_iter_key(object.borrow(), i));
        const Json value(jv_object_iter_value(object.borrow(), i));
        if (!write_field(key, value, first, depth)) return false;
        first = false;
      }
    } else {
      const Json keys(jv_keys(object.copy()));
      for (int i = 0; i < keys.length(); ++i) {
        const Json key = keys.at(i);
        const Json value(jv_object_get(object.copy(), key.copy()));
        if (!write_field(key, value, first, depth)) return false;
        first = false;
      }
    }
    out_ += '}';
    return true;
  }

  /// Most objects come from canonical text, and still are.
  static bool is_sorted(const Json& object) {
    Json last;
    for (int i = jv_object_iter(object.borrow()); jv_object_iter_valid(object.borrow(), i);
         i = jv_object_iter_next(object.borrow(), i)) {
      Json key(jv_object_iter_key(object.borrow(), i));
      if (last.is_string() && key.text() < last.text()) return false;
      last = std::move(key);
    }
    return true;
  }

  std::size_t max_bytes_;
  std::string& out_;
};

}  // namespace

bool write_json(const Json& value, std::size_t max_bytes, std::string& out) {
  return Writer(max_bytes, out).write(value, 0);
}

std::string describe(const Json& value) {
  constexpr std::size_t kLongest = 24;
  std::string text;
  write_json(value, kLongest, text);
  if (text.size() > kLongest) {
    std::size_t end = kLongest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
    text += "...";
  }
  return std::string(jv_kind_name(value.kind())) + " (" + text + ")";
}

int weigh(const Json& value, int max_depth, Work& work) {
  const std::size_t bytes = value.is_string() ? value.text().size() : 0;
  if (!work.spend(1 + bytes / 64)) return -1;
  if (!value.is_container()) return 0;
  if (max_depth == 0) return -1;
  int depth = 0;
  const auto add = [&](const Json& child) {
    if (depth < 0) return;
    const int below = weigh(child, max_depth - 1, work);
    depth = below < 0 ? -1 : std::max(depth, below + 1);
  };
  if (value.is_array()) {
    depth = std::min(1, max_depth);
    for (int i = 0; i < value.length() && depth >= 0; ++i) add(value.at(i));
  } else {
    depth = 1;
    value.each_field([&](const Json& key, const Json& field) {
      if (!work.spend(2 + key.text().size() / 64)) depth = -1;
      add(field);
    });
  }
  return depth;
}

}  // namespace gnomon
