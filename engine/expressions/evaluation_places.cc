#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "engine/expressions/evaluation.h"
#include "engine/expressions/functions.h"
#include "engine/expressions/json.h"

namespace gnomon {

bool Evaluation::each_place_at(const Node& step, const Json& key, const Place& place,
                               Places places) {
  Json path = place.path;
  if (!spend(4 + static_cast<std::uint64_t>(path.length()) / 4)) return false;
  path.append(key);
  Json value = key.is_object() ? slice_value(place.value.json, key, work_)
                               : index_value(place.value.json, key, work_);
  return emit_step(step, std::move(value), place.value.depth,
                   [&](const Value& found) { return places(Place{path, found}); });
}

bool Evaluation::each_place_after(const Node& pipe, std::size_t stage, const Place& place,
                                  Places places) {
  if (stage == pipe.parts.size()) return places(place);
  return each_place(pipe.parts[stage], place, [&](const Place& next) {
    return each_place_after(pipe, stage + 1, next, places);
  });
}

bool Evaluation::each_place(const Node& node, const Place& place, Places places) {
  if (!spend(1)) return false;
  const Value& input = place.value;
  switch (node.kind) {
    case Syntax::kIdentity:
      return places(place);
    case Syntax::kIndex:
      return each(node.parts[1], input, [&](const Value& key) {
        return each_place(node.parts[0], place, [&](const Place& base) {
          return each_place_at(node, key.json, base, places);
        });
      });
    case Syntax::kSlice:
      return each_slice_key(node, input, [&](const Json& key) {
        return each_place(node.parts[0], place, [&](const Place& base) {
          return each_place_at(node, key, base, places);
        });
      });
    case Syntax::kIterate:
      return each_place(node.parts[0], place, [&](const Place& base) {
        return each_element(node, base.value, [&](const Json& key, const Value&) {
          return each_place_at(node, key, base, places);
        });
      });
    case Syntax::kPipe:
      return each_place_after(node, 0, place, places);
    case Syntax::kComma:
      return std::ranges::all_of(node.parts,
                                 [&](const Node& part) { return each_place(part, place, places); });
    case Syntax::kIf:
      return each(node.parts[0], input, [&](const Value& condition) {
        return each_place(node.parts[condition.json.is_true() ? 1 : 2], place, places);
      });
    case Syntax::kTry: {
      bool stopped = false;
      const bool going = each_place(node.parts[0], place, [&](const Place& found) {
        stopped = !places(found);
        return !stopped;
      });
      if (going || stopped || !failed_ || work_.exhausted()) return going;
      failed_ = false;
      return true;
    }
    case Syntax::kAlternative: {
      bool found = false;
      const bool going = each_place(node.parts[0], place, [&](const Place& candidate) {
        if (!candidate.value.json.is_true()) return true;
        found = true;
        return places(candidate);
      });
      return going && (found || each_place(node.parts[1], place, places));
    }
    case Syntax::kBind:
      return each(node.parts[0], input, [&](const Value& value) {
        return bind(node.patterns[0], value, input,
                    [&] { return each_place(node.parts[1], place, places); });
      });
    case Syntax::kFirst: {
      std::vector<Place> first;
      each_place(node.parts[0], place, [&](const Place& found) {
        first.push_back(found);
        return false;
      });
      return first.empty() ? !failed_ : places(first[0]);
    }
    default:  // error(...), the only call that is_places() lets through
      return each(node, input, [](const Value&) { return true; });
  }
}

bool Evaluation::collect_places(const Node& node, const Value& input, std::vector<Json>& paths) {
  return each_place(node, Place{Json::array(), input}, [&](const Place& place) {
    paths.push_back(place.path);
    return true;
  });
}

bool Evaluation::each_deleted(const Node& node, const Value& input, Results results) {
  std::vector<Json> paths;
  if (!collect_places(node.parts[0], input, paths)) return false;
  Json list = Json::array();
  std::uint64_t slices = 0;
  for (Json& path : paths) {
    for (int i = 0; i < path.length(); ++i) slices += path.at(i).is_object() ? 1 : 0;
    list.append(std::move(path));
  }
  const auto sorting = static_cast<std::uint64_t>(std::bit_width(paths.size()));
  if (!spend_deep(list, 1 + sorting, work_) || !spend_deep(input.json, 1 + slices, work_)) {
    return fail(out_of_work());
  }
  return emit(Json(jv_delpaths(input.json.copy(), list.take())), input.depth, results);
}

Json Evaluation::change_at(Json root, const Json& path, int from, FunctionRef<Json(Json)> change) {
  if (from == path.length()) return change(std::move(root));
  const Json key = path.at(from);
  Json child = key.is_object() ? slice_value(root, key, work_) : index_value(root, key, work_);
  if (!child.valid()) return child;
  // libjq counts the fields of an object each time it is asked.
  const bool copies = root.shared() || key.is_object();
  const auto length = static_cast<double>(root.is_array() || copies ? root.length() : 0);
  double grown = 0;
  if (key.is_number()) {
    if (!(key.number() < kMaxJsonBytes && key.number() > -static_cast<double>(kMaxJsonBytes))) {
      return Json::failure("array index too large");
    }
    grown = std::max(0.0, key.number() - length);
  }
  if (!work_.spend(4 + static_cast<std::uint64_t>((copies ? 2 * length : 0) + grown))) {
    return out_of_work();
  }
  // Taken out while it is changed, so that nobody shares it and it need not be copied.
  const bool present = (root.is_object() && key.is_string()) ||
                       (root.is_array() && key.is_number() && key.number() >= 0 && grown == 0);
  if (present) {
    root = Json(jv_set(root.take(), key.copy(), jv_null()));
  }
  child = change_at(std::move(child), path, from + 1, change);
  if (!child.valid()) return child;
  return Json(jv_set(root.take(), key.copy(), child.take()));
}

bool Evaluation::emit_changed(const Value& input, const std::vector<Json>& paths, const int& depth,
                              FunctionRef<Json(Json)> change, Results results) {
  Json root = input.json;
  int longest = 0;
  for (const Json& path : paths) {
    longest = std::max(longest, path.length());
    root = change_at(std::move(root), path, 0, change);
    if (!root.valid()) break;
  }
  if (failed_) return false;
  return emit(std::move(root), std::max(input.depth, longest + depth), results);
}

bool Evaluation::each_assigned(const Node& node, const Value& input, Results results) {
  std::vector<Json> paths;
  if (!collect_places(node.parts[0], input, paths)) return false;
  if (node.kind == Syntax::kUpdate) {
    int depth = 0;
    const auto change = [&](Json before) {
      Value after = first_of(node.parts[1], Value{std::move(before), input.depth});
      if (!after.json.valid() && !failed_)
        fail(Json::string("'|=' got no value; to drop a place, use del"));
      depth = std::max(depth, after.depth);
      return std::move(after.json);
    };
    return emit_changed(input, paths, depth, change, results);
  }
  return each(node.parts[1], input, [&](const Value& value) {
    const auto change = [&](Json before) {
      if (node.kind == Syntax::kUpdateBy) {
        return operate(node.operation, std::move(before), value.json, work_);
      }
      const bool keeps = node.kind == Syntax::kUpdateOr && before.is_true();
      return keeps ? before : value.json;
    };
    return emit_changed(input, paths, std::max(input.depth, value.depth), change, results);
  });
}

}  // namespace gnomon
