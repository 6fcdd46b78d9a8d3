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
  Writer(std::size_t max_bytes, bool in_order, std::string& out)
      : max_bytes_(max_bytes), in_order_(in_order), out_(out) {}

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
        append_string(value);
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
  /// No more of a long one than shows that it is too long.
  void append_string(const Json& string) {
    append_json_string(string.text().substr(0, max_bytes_ - std::min(out_.size(), max_bytes_) + 1),
                       out_);
  }

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
    append_string(key);
    out_ += ':';
    return out_.size() <= max_bytes_ && write(value, depth + 1);
  }

  bool write_object(const Json& object, int depth) {
    out_ += '{';
    bool first = true;
    if (!in_order_ || is_sorted(object)) {
      const bool fits = object.each_field([&](const Json& key, const Json& value) {
        return write_field(key, value, std::exchange(first, false), depth);
      });
      if (!fits) return false;
    } else {
      const Json keys(jv_keys(object.copy()));
      for (int i = 0; i < keys.length(); ++i) {
        const Json key = keys.at(i);
        const Json value(jv_object_get(object.copy(), key.copy()));
        if (!write_field(key, value, std::exchange(first, false), depth)) return false;
      }
    }
    out_ += '}';
    return true;
  }

  /// Most objects come from canonical text, and still are.
  static bool is_sorted(const Json& object) {
    Json last;
    return object.each_field([&](Json key, const Json&) {
      const bool follows = !last.is_string() || last.text() < key.text();
      last = std::move(key);
      return follows;
    });
  }

  std::size_t max_bytes_;
  bool in_order_;
  std::string& out_;
};

}  // namespace

bool write_json(const Json& value, std::size_t max_bytes, std::string& out) {
  return Writer(max_bytes, true, out).write(value, 0);
}

std::string describe(const Json& value) {
  constexpr std::size_t kLongest = 24;
  std::string text;
  Writer(kLongest, false, text).write(value, 0);
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
  int depth = 1;
  const auto add = [&](const Json& child) {
    const int below = weigh(child, max_depth - 1, work);
    depth = below < 0 ? -1 : std::max(depth, below + 1);
    return below >= 0;
  };
  if (value.is_array()) {
    for (int i = 0; i < value.length() && add(value.at(i)); ++i) {
    }
  } else {
    const bool going = value.each_field([&](const Json& key, const Json& field) {
      return work.spend(6 + key.text().size() / 64) && add(field);
    });
    if (!going) depth = -1;
  }
  return depth;
}

}  // namespace gnomon
