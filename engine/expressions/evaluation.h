#pragma once

#include <vector>

#include "engine/expressions/function_ref.h"
#include "engine/expressions/functions.h"
#include "engine/expressions/syntax.h"
#include "engine/expressions/value.h"
#include "engine/expressions/work.h"

namespace gnomon {

/// One run of a program. A jq expression gives any number of results; so each() calls back for each
/// of them, in order, and what is asked of it next (the rest of the pipe) happens within that call.
///
/// Always holds: a callback returns false to stop; each() returns false if it was stopped, by its
/// callback or by an error, and then everybody returns false up to who stopped it, or who catches
/// the error. Work that runs out is an error that nobody catches.
class Evaluation {
 public:
  using Results = FunctionRef<bool(const Value&)>;

  Evaluation(const Program& program, std::uint64_t work)
      : work_(work), variables_(static_cast<std::size_t>(program.slots)) {}

  bool each(const Node& node, const Value& input, Results results);

  bool failed() const { return failed_; }
  bool exhausted() const { return work_.exhausted(); }
  std::uint64_t work_left() const { return work_.left(); }
  /// What `error` was given, or a message of the operation that failed.
  const Json& error() const { return error_; }

 private:
  /// A value and where it was found: an array of keys, as libjq's setpath and delpaths take them.
  struct Place {
    Json path = Json::array();
    Value value;
  };
  using Places = FunctionRef<bool(const Place&)>;

  // evaluation.cc
  bool each_index(const Node& node, const Value& input, Results results);
  bool each_element(const Node& step, const Value& container,
                    FunctionRef<bool(Json key, const Value&)> results);
  bool each_slice_key(const Node& node, const Value& input, FunctionRef<bool(const Json&)> keys);
  bool each_stage(const Node& pipe, std::size_t stage, const Value& input, Results results);
  bool each_operation(const Node& node, const Value& input, Results results);
  bool each_logical(const Node& node, const Value& input, Results results);
  bool each_field(const Node& object, std::size_t field, const Value& so_far, const Value& input,
                  Results results);
  bool each_piece(const Node& string, std::size_t pieces, const Value& input,
                  FunctionRef<bool(const Json&)> results);
  bool each_call(const Node& call, const Value& input, Results results);
  bool each_alternative(const Node& node, const Value& input, Results results);
  bool collect(const Node& contents, const Value& input, Results results);

  // evaluation_control.cc
  bool each_try(const Node& node, const Value& input, Results results);
  bool each_reduce(const Node& node, const Value& input, Results results);
  bool each_foreach(const Node& node, const Value& input, Results results);
  bool each_limited(const Node& node, const Value& input, Results results);
  bool each_in_range(const Node& node, const Value& input, Results results);
  /// Binds the variables of a pattern and calls body, once for each way to do it.
  bool bind(const Pattern& pattern, const Value& value, const Value& input,
            FunctionRef<bool()> body);
  bool bind_part(const Pattern& pattern, std::size_t part, const Value& value, const Value& input,
                 FunctionRef<bool()> body);

  // evaluation_places.cc
  bool each_place(const Node& node, const Place& place, Places places);
  bool each_place_after(const Node& pipe, std::size_t stage, const Place& place, Places places);
  bool each_place_at(const Node& step, const Json& key, const Place& place, Places places);
  bool collect_places(const Node& node, const Value& input, std::vector<Json>& paths);
  bool each_deleted(const Node& node, const Value& input, Results results);
  bool each_assigned(const Node& node, const Value& input, Results results);
  /// Replaces what is at path[from...] in `root` by what `change` makes of it.
  Json change_at(Json root, const Json& path, int from, FunctionRef<Json(Json)> change);
  bool emit_changed(const Value& input, const std::vector<Json>& paths, const int& depth,
                    FunctionRef<Json(Json)> change, Results results);
  /// The first result; not valid() if there is none, or on an error.
  Value first_of(const Node& node, const Value& input);

  static constexpr std::uint64_t kWorkOfMessage = 16;
  bool fail(Json reason);
  /// Spends, or fails.
  bool spend(std::uint64_t units) { return work_.spend(units) || fail(out_of_work()); }
  /// Hands on the result of an operation, or fails with it. `depth` is what it is nested at most.
  bool emit(Json result, int depth, Results results);
  /// The same for a step such as .a; what does not fit an optional one, .a?, gives nothing.
  bool emit_step(const Node& step, Json result, int depth, Results results);

  Work work_;
  std::vector<Value> variables_;
  bool failed_ = false;
  Json error_;
};

}  // namespace gnomon
