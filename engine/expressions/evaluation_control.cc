#include <utility>

#include "engine/expressions/evaluation.h"
#include "engine/expressions/functions.h"
#include "engine/expressions/json.h"

namespace gnomon {

Value Evaluation::first_of(const Node& node, const Value& input) {
  Value first{Json::failure("no result")};
  each(node, input, [&](const Value& value) {
    first = value;
    return false;
  });
  return first;
}

bool Evaluation::each_try(const Node& node, const Value& input, Results results) {
  bool stopped = false;  // by those who take the results: their errors are not ours to catch
  const bool going = each(node.parts[0], input, [&](const Value& value) {
    stopped = !results(value);
    return !stopped;
  });
  if (going) return true;
  if (stopped || !failed_ || work_.exhausted()) return false;
  failed_ = false;
  if (node.parts.size() == 1) return true;
  const Value reason{std::exchange(error_, Json()), kMaxJsonDepth};
  return each(node.parts[1], reason, results);
}

bool Evaluation::each_reduce(const Node& node, const Value& input, Results results) {
  return each(node.parts[1], input, [&](const Value& start) {
    Value state = start;
    const bool going = each(node.parts[0], input, [&](const Value& element) {
      return bind(node.patterns[0], element, input, [&] {
        Value last;
        const bool updated = each(node.parts[2], state, [&](const Value& value) {
          last = value;
          return true;
        });
        state = std::move(last);
        return updated;
      });
    });
    return going && results(state);
  });
}

bool Evaluation::each_foreach(const Node& node, const Value& input, Results results) {
  return each(node.parts[1], input, [&](const Value& start) {
    Value state = start;
    return each(node.parts[0], input, [&](const Value& element) {
      return bind(node.patterns[0], element, input, [&] {
        const Value before = state;
        return each(node.parts[2], before, [&](const Value& value) {
          state = value;
          return each(node.parts[3], value, results);
        });
      });
    });
  });
}

bool Evaluation::each_limited(const Node& node, const Value& input, Results results) {
  return each(node.parts[0], input, [&](const Value& count) {
    if (!count.json.is_number()) return fail(Json::string("limit takes a number"));
    double left = count.json.number();
    if (!(left > 0)) return true;
    bool enough = false;
    const bool going = each(node.parts[1], input, [&](const Value& value) {
      left -= 1;
      enough = left <= 0;
      const bool wanted = results(value);
      if (!wanted) enough = false;
      return wanted && !enough;
    });
    return going || enough;
  });
}

bool Evaluation::each_in_range(const Node& node, const Value& input, Results results) {
  return each(node.parts[0], input, [&](const Value& from) {
    return each(node.parts[1], input, [&](const Value& to) {
      if (!from.json.is_number() || !to.json.is_number()) {
        return fail(Json::string("Range bounds must be numeric"));
      }
      for (double i = from.json.number(); i < to.json.number(); i += 1) {
        if (!spend(1)) return false;
        if (!results(Value{Json::number(i)})) return false;
      }
      return true;
    });
  });
}

bool Evaluation::bind(const Pattern& pattern, const Value& value, const Value& input,
                      FunctionRef<bool()> body) {
  if (!spend(1)) return false;
  if (pattern.slot >= 0) {
    variables_[static_cast<std::size_t>(pattern.slot)] = value;
    return body();
  }
  return bind_part(pattern, 0, value, input, body);
}

bool Evaluation::bind_part(const Pattern& pattern, std::size_t part, const Value& value,
                           const Value& input, FunctionRef<bool()> body) {
  if (part == pattern.parts.size()) return body();
  const auto take = [&](const Json& key) {
    return emit(index_value(value.json, key, work_), value.depth, [&](const Value& element) {
      return bind(pattern.parts[part], element, input,
                  [&] { return bind_part(pattern, part + 1, value, input, body); });
    });
  };
  if (pattern.is_array) return take(Json::number(static_cast<double>(part)));
  return each(pattern.keys[part], input, [&](const Value& key) { return take(key.json); });
}

}  // namespace gnomon
