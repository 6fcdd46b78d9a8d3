#include "engine/expressions/evaluation.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine/expressions/functions.h"
#include "engine/expressions/json.h"

namespace gnomon {

bool Evaluation::fail(Json reason) {
  work_.spend(kWorkOfMessage);
  failed_ = true;
  error_ = reason.valid() ? std::move(reason) : reason.reason();
  return false;
}

bool Evaluation::emit(Json result, int depth, Results results) {
  if (!result.valid()) return fail(result);
  if (!result.is_container()) {
    depth = 0;
  } else if (depth > kMaxJsonDepth) {
    depth = weigh(result, kMaxJsonDepth, work_);  // the bound may be too high
    if (depth < 0)
      return fail(Json::string(fmt::format("nested deeper than {} levels", kMaxJsonDepth)));
  }
  return results(Value{std::move(result), depth});
}

bool Evaluation::emit_step(const Node& step, Json result, int depth, Results results) {
  if (!result.valid() && step.optional && !work_.exhausted()) return spend(kWorkOfMessage);
  return emit(std::move(result), depth, results);
}

bool Evaluation::each(const Node& node, const Value& input, Results results) {
  if (!spend(1)) return false;
  switch (node.kind) {
    case Syntax::kIdentity:
      return results(input);
    case Syntax::kLiteral:
      return results(node.literal);
    case Syntax::kVariable:
      return results(Value(variables_[static_cast<std::size_t>(node.slot)]));
    case Syntax::kIndex:
      return each_index(node, input, results);
    case Syntax::kSlice:
      return each_slice_key(node, input, [&](const Json& key) {
        return each(node.parts[0], input, [&](const Value& base) {
          return emit_step(node, slice_value(base.json, key, work_), base.depth, results);
        });
      });
    case Syntax::kIterate:
      return each(node.parts[0], input, [&](const Value& base) {
        return each_element(node, base,
                            [&](const Json&, const Value& value) { return results(value); });
      });
    case Syntax::kPipe:
      return each_stage(node, 0, input, results);
    case Syntax::kComma:
      return std::ranges::all_of(node.parts,
                                 [&](const Node& part) { return each(part, input, results); });
    case Syntax::kOperation:
      return each_operation(node, input, results);
    case Syntax::kAnd:
    case Syntax::kOr:
      return each_logical(node, input, results);
    case Syntax::kAlternative:
      return each_alternative(node, input, results);
    case Syntax::kNegate:
      return each(node.parts[0], input, [&](const Value& value) {
        if (!value.json.is_number()) {
          return fail(Json::string(describe(value.json) + " cannot be negated"));
        }
        return results(Value{Json::number(-value.json.number())});
      });
    case Syntax::kArray:
      return collect(node, input, results);
    case Syntax::kObject:
      return spend(8) && each_field(node, 0, Value{Json::object(), 1}, input, results);
    case Syntax::kString:
      return each_piece(node, node.parts.size(), input,
                        [&](const Json& text) { return emit(text, 0, results); });
    case Syntax::kFormat:
      return emit(format_value(node.format, input.json, work_), 0, results);
    case Syntax::kIf:
      return each(node.parts[0], input, [&](const Value& condition) {
        return each(node.parts[condition.json.is_true() ? 1 : 2], input, results);
      });
    case Syntax::kTry:
      return each_try(node, input, results);
    case Syntax::kReduce:
      return each_reduce(node, input, results);
    case Syntax::kForeach:
      return each_foreach(node, input, results);
    case Syntax::kBind:
      return each(node.parts[0], input, [&](const Value& value) {
        return bind(node.patterns[0], value, input,
                    [&] { return each(node.parts[1], input, results); });
      });
    case Syntax::kCall:
      return each_call(node, input, results);
    case Syntax::kFirst: {
      const Value first = first_of(node.parts[0], input);
      return first.json.valid() ? results(first) : !failed_;
    }
    case Syntax::kLimit:
      return each_limited(node, input, results);
    case Syntax::kRange:
      return each_in_range(node, input, results);
    case Syntax::kDelete:
      return each_deleted(node, input, results);
    case Syntax::kAssign:
    case Syntax::kUpdate:
    case Syntax::kUpdateBy:
    case Syntax::kUpdateOr:
      return each_assigned(node, input, results);
  }
  return true;
}

bool Evaluation::each_index(const Node& node, const Value& input, Results results) {
  const auto at = [&](const Json& key) {
    if (node.parts[0].kind == Syntax::kIdentity) {
      return emit_step(node, index_value(input.json, key, work_), input.depth, results);
    }
    return each(node.parts[0], input, [&](const Value& base) {
      return emit_step(node, index_value(base.json, key, work_), base.depth, results);
    });
  };
  const Node& key = node.parts[1];
  if (key.kind == Syntax::kLiteral) return at(key.literal.json);
  return each(key, input, [&](const Value& value) { return at(value.json); });
}

bool Evaluation::each_slice_key(const Node& node, const Value& input,
                                FunctionRef<bool(const Json&)> keys) {
  return each(node.parts[1], input, [&](const Value& from) {
    return each(node.parts[2], input, [&](const Value& to) {
      Json key = slice_key(from.json, to.json);
      return key.valid() ? keys(key) : fail(key);
    });
  });
}

bool Evaluation::each_element(const Node& step, const Value& container,
                              FunctionRef<bool(Json key, const Value&)> results) {
  const Json& json = container.json;
  const auto visit = [&](Json key, Json value) {
    if (!spend(1)) return false;
    const int depth = value.is_container() ? container.depth : 0;
    return results(std::move(key), Value{std::move(value), depth});
  };
  if (json.is_array()) {
    for (int i = 0; i < json.length(); ++i) {
      if (!visit(Json::number(i), json.at(i))) return false;
    }
    return true;
  }
  if (!json.is_object()) {
    return step.optional || fail(Json::string("Cannot iterate over " + describe(json)));
  }
  return json.each_field(visit);
}

bool Evaluation::each_stage(const Node& pipe, std::size_t stage, const Value& input,
                            Results results) {
  if (stage + 1 == pipe.parts.size()) return each(pipe.parts[stage], input, results);
  return each(pipe.parts[stage], input,
              [&](const Value& value) { return each_stage(pipe, stage + 1, value, results); });
}

// The right side is the outer loop, as in jq: (1,2) + (10,20) is 11, 12, 21, 22.
bool Evaluation::each_operation(const Node& node, const Value& input, Results results) {
  return each(node.parts[1], input, [&](const Value& b) {
    return each(node.parts[0], input, [&](const Value& a) {
      return emit(operate(node.operation, a.json, b.json, work_), std::max(a.depth, b.depth),
                  results);
    });
  });
}

bool Evaluation::each_logical(const Node& node, const Value& input, Results results) {
  const bool decisive = node.kind == Syntax::kOr;
  return each(node.parts[0], input, [&](const Value& a) {
    if (a.json.is_true() == decisive) return results(Value{Json::boolean(decisive)});
    return each(node.parts[1], input,
                [&](const Value& b) { return results(Value{Json::boolean(b.json.is_true())}); });
  });
}

bool Evaluation::each_alternative(const Node& node, const Value& input, Results results) {
  bool found = false;
  const bool going = each(node.parts[0], input, [&](const Value& value) {
    if (!value.json.is_true()) return true;
    found = true;
    return results(value);
  });
  return going && (found || each(node.parts[1], input, results));
}

bool Evaluation::collect(const Node& array, const Value& input, Results results) {
  Json elements = Json::array();
  int depth = 0;
  for (const Node& contents : array.parts) {
    const bool going = each(contents, input, [&](const Value& value) {
      if (!spend(2)) return false;
      elements.append(value.json);
      depth = std::max(depth, value.depth);
      return true;
    });
    if (!going) return false;
  }
  return emit(std::move(elements), depth + 1, results);
}

bool Evaluation::each_field(const Node& object, std::size_t field, const Value& so_far,
                            const Value& input, Results results) {
  if (field == object.parts.size()) return emit(so_far.json, so_far.depth, results);
  return each(object.parts[field], input, [&](const Value& key) {
    if (!key.json.is_string()) {
      return fail(
          Json::string(fmt::format("Object keys must be strings, not {}", describe(key.json))));
    }
    return each(object.parts[field + 1], input, [&](const Value& value) {
      if (!spend(2 + 2 * field + key.json.text().size() / 64)) return false;
      Value next{so_far.json, std::max(so_far.depth, value.depth + 1)};
      next.json.set(key.json, value.json);
      return each_field(object, field + 2, next, input, results);
    });
  });
}

// The last piece is the outer loop, as in jq.
bool Evaluation::each_piece(const Node& string, std::size_t pieces, const Value& input,
                            FunctionRef<bool(const Json&)> results) {
  if (pieces == 0) return results(Json::string(""));
  const Node& last = string.parts[pieces - 1];
  return each(last, input, [&](const Value& value) {
    const Json text =
        last.kind == Syntax::kLiteral ? value.json : format_value(string.format, value.json, work_);
    if (!text.valid()) return fail(text);
    return each_piece(string, pieces - 1, input, [&](const Json& before) {
      const Json joined = plus(before, text, work_);
      return joined.valid() ? results(joined) : fail(joined);
    });
  });
}

bool Evaluation::each_call(const Node& call, const Value& input, Results results) {
  const Function& function = *call.function;
  if (call.parts.empty()) {
    return emit(function.call(input.json, Json(), work_), input.depth + function.levels, results);
  }
  return each(call.parts[0], input, [&](const Value& argument) {
    return emit(function.call(input.json, argument.json, work_),
                std::max(input.depth, argument.depth) + function.levels, results);
  });
}

}  // namespace gnomon
