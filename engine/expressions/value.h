#pragma once

#include <string>
#include <string_view>
#include <utility>

extern "C" {
#include <jv.h>
}

#include "engine/base/error.h"
#include "engine/expressions/work.h"

namespace gnomon {

/// One JSON value of libjq, counted by reference: copies share. libjq's functions consume their
/// arguments, so give them copy() or take(). Not valid() is libjq's way to say that an operation
/// failed: then it holds the reason.
class Json {
 public:
  Json() = default;
  explicit Json(jv raw) : raw_(raw), kind_(jv_get_kind(raw)) {}
  Json(const Json& other) : raw_(other.copy()), kind_(other.kind_) {}
  Json(Json&& other) noexcept : raw_(other.raw_), kind_(std::exchange(other.kind_, JV_KIND_NULL)) {}
  Json& operator=(Json other) noexcept {
    std::swap(raw_, other.raw_);
    std::swap(kind_, other.kind_);
    return *this;
  }
  ~Json() {
    if (is_counted()) jv_free(raw_);
  }

  static Json boolean(bool value) {
    return Json(value ? jv_true() : jv_false(), value ? JV_KIND_TRUE : JV_KIND_FALSE);
  }
  static Json number(double value) { return Json(jv_number(value), JV_KIND_NUMBER); }
  /// What is not UTF-8 becomes U+FFFD.
  static Json string(std::string_view text) {
    return Json(jv_string_sized(text.data(), static_cast<int>(text.size())), JV_KIND_STRING);
  }
  static Json array() { return Json(jv_array(), JV_KIND_ARRAY); }
  static Json object() { return Json(jv_object(), JV_KIND_OBJECT); }
  /// The result of an operation that failed.
  static Json failure(std::string_view reason) {
    return Json(jv_invalid_with_msg(string(reason).take()));
  }

  jv copy() const { return is_counted() ? jv_copy(raw_) : is_null() ? jv_null() : raw_; }
  /// For the few functions that do not consume.
  jv borrow() const { return raw_; }
  jv take() {
    if (std::exchange(kind_, JV_KIND_NULL) == JV_KIND_NULL) return jv_null();
    return raw_;
  }
  jv_kind kind() const { return kind_; }
  bool valid() const { return kind() != JV_KIND_INVALID; }
  bool is_null() const { return kind() == JV_KIND_NULL; }
  bool is_number() const { return kind() == JV_KIND_NUMBER; }
  bool is_string() const { return kind() == JV_KIND_STRING; }
  bool is_array() const { return kind() == JV_KIND_ARRAY; }
  bool is_object() const { return kind() == JV_KIND_OBJECT; }
  bool is_container() const { return is_array() || is_object(); }
  /// As jq's `if` sees it: all but null and false.
  bool is_true() const { return !is_null() && kind() != JV_KIND_FALSE; }

  double number() const { return jv_number_value(raw_); }
  std::string_view text() const {
    return {jv_string_value(raw_), static_cast<std::size_t>(jv_string_length_bytes(copy()))};
  }
  /// Elements of an array; fields of an object, which libjq counts each time.
  int length() const {
    return is_array() ? jv_array_length(copy()) : is_object() ? jv_object_length(copy()) : 0;
  }
  Json at(int index) const { return Json(jv_array_get(copy(), index)); }
  void append(Json element) { raw_ = jv_array_append(raw_, element.take()); }
  void set(Json key, Json value) { raw_ = jv_object_set(raw_, key.take(), value.take()); }
  /// Whether a change would copy it first.
  bool shared() const { return is_counted() && jv_get_refcnt(raw_) > 1; }
  /// Why it is not valid: any JSON value.
  Json reason() const { return Json(jv_invalid_get_msg(copy())); }

  /// Calls visit(key, value) for each field, in libjq's order: that in which the keys came. Ends,
  /// and gives false, when visit does.
  template <typename Visit>
  bool each_field(Visit visit) const {
    for (int i = jv_object_iter(raw_); jv_object_iter_valid(raw_, i);
         i = jv_object_iter_next(raw_, i)) {
      if (!visit(Json(jv_object_iter_key(raw_, i)), Json(jv_object_iter_value(raw_, i))))
        return false;
    }
    return true;
  }

 private:
  Json(jv raw, jv_kind kind) : raw_(raw), kind_(kind) {}
  bool is_counted() const {
    return kind_ == JV_KIND_INVALID || kind_ == JV_KIND_STRING || is_container();
  }

  // The kind is kept beside the value, since libjq is asked for it by a call, and most values that
  // come and go are scalars, which need none. Of a null, raw_ is nothing or what was taken away.
  jv raw_{};
  jv_kind kind_ = JV_KIND_NULL;
};

/// A value and how deep it is nested at most (a scalar: 0). The bound is what keeps a loop from
/// building a value on which libjq, which frees and compares by recursion, would overflow the
/// stack.
struct Value {
  Json json;
  int depth = 0;
};

/// Reads one JSON text (RFC 8259) of at most kMaxJsonDepth levels; of equal keys the last counts.
/// The error says where: "line 2, column 5: ...".
Expected<Value> read_json(std::string_view text);

/// Appends the canonical text: no spaces, keys in the order of their bytes, numbers as the shortest
/// decimal that reads back the same (a NaN as null, an infinity as the largest number). False, and
/// nothing more is written, once `out` is longer than `max_bytes`, or when `value` is nested too
/// deep.
bool write_json(const Json& value, std::size_t max_bytes, std::string& out);

/// What messages say of a value: `string ("abc...)`. Takes no longer for a large one.
std::string describe(const Json& value);

/// Spends for all that `value` holds, at every place where it is held. Gives how deep it is nested;
/// -1 when there is not so much work left or when it is deeper than `max_depth`.
int weigh(const Json& value, int max_depth, Work& work);

}  // namespace gnomon
