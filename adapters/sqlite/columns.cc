#include "adapters/sqlite/columns.h"

#include <array>
#include <limits>
#include <tuple>
#include <type_traits>
#include <utility>

#include "engine/model/policy.h"

namespace gnomon::adapters {
namespace {

void put(sqlite3_context* out, std::string_view text) {
  sqlite3_result_text64(out, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

// A codec says how one kind of value stands in a column. `get` is false for what only a damaged
// file holds.

struct Whole {
  template <typename Int>
  static void put(sqlite3_context* out, Int value) {
    sqlite3_result_int64(out, static_cast<std::int64_t>(value));
  }
  template <typename Int>
  static bool get(const Statement& in, int column, Int& value) {
    const std::int64_t number = in.integer(column);
    if constexpr (std::is_same_v<Int, WorkflowId>) {
      value = WorkflowId{static_cast<std::uint64_t>(number)};
      return true;
    } else {
      value = static_cast<Int>(number);
      return static_cast<std::int64_t>(value) == number;
    }
  }
};

/// A workflow or a node that may be none.
template <auto kNone>
struct Optional {
  static void put(sqlite3_context* out, decltype(kNone) value) {
    if (value != kNone) Whole::put(out, value);
  }
  static bool get(const Statement& in, int column, std::remove_const_t<decltype(kNone)>& value) {
    value = kNone;
    return in.is_null(column) || Whole::get(in, column, value);
  }
};

template <std::int64_t kNull>
struct Time {
  static void put(sqlite3_context* out, Instant at) {
    if (to_ns(at) != kNull) sqlite3_result_int64(out, to_ns(at));
  }
  static bool get(const Statement& in, int column, Instant& at) {
    at = from_ns(in.is_null(column) ? kNull : in.integer(column));
    return true;
  }
};
using SetTime = Time<to_ns(kUnset)>;
using Deadline = Time<to_ns(kNever)>;

struct Text {
  static void put(sqlite3_context* out, const std::string& text) {
    adapters::put(out, std::string_view{text});
  }
  static void put(sqlite3_context* out, const Payload& payload) {
    if (!payload.empty()) adapters::put(out, payload.text());
  }
  static bool get(const Statement& in, int column, std::string& text) {
    text = in.text(column);
    return true;
  }
  static bool get(const Statement& in, int column, Payload& payload) {
    payload = in.is_null(column) ? Payload{} : Payload{in.text(column)};
    return true;
  }
};

/// An enumeration by its words; `Stored` is the enumeration or its number.
template <typename Enum, std::uint8_t kLast, bool kFirstIsNull>
struct Word {
  template <typename Stored>
  static void put(sqlite3_context* out, Stored value) {
    if (kFirstIsNull && value == Stored{}) return;
    adapters::put(out, to_string(static_cast<Enum>(value)));
  }
  template <typename Stored>
  static bool get(const Statement& in, int column, Stored& value) {
    value = Stored{};
    if (kFirstIsNull && in.is_null(column)) return true;
    const std::string_view word = in.text(column);
    for (std::uint8_t code = kFirstIsNull ? 1 : 0; code <= kLast; ++code) {
      if (to_string(static_cast<Enum>(code)) == word) {
        value = static_cast<Stored>(code);
        return true;
      }
    }
    return false;
  }
};
using NodeState = Word<NodePhase, static_cast<std::uint8_t>(NodePhase::kFinished), false>;
using WorkflowState =
    Word<WorkflowPhase, static_cast<std::uint8_t>(WorkflowPhase::kFinished), false>;
using OutcomeWord = Word<Outcome, static_cast<std::uint8_t>(Outcome::kSkipped), true>;
using ErrorWord = Word<ErrorClass, kErrorClassCount - 1, true>;
using CommandWord = Word<CommandKind, kCommandKindCount - 1, false>;
using MaybeWorkflow = Optional<WorkflowId::kNone>;
using MaybeNode = Optional<kNoNode>;

/// `field` maps a row, const or not, to a reference to the member.
template <typename Codec, typename Field>
struct Column {
  const char* name;
  Field field;
};
template <typename Codec, typename Field>
constexpr Column<Codec, Field> column(const char* name, Field field) {
  return {name, field};
}
#define FIELD(member) [](auto& row) -> auto& { return row.member; }

template <typename Row>
struct Layout;

template <>
struct Layout<DefinitionRow> {
  static constexpr auto kColumns =
      std::tuple{column<Whole>("id", FIELD(id)), column<Text>("name", FIELD(name)),
                 column<Text>("version", FIELD(version)), column<Text>("source", FIELD(source)),
                 column<Whole>("uploaded", FIELD(uploaded))};
};

template <>
struct Layout<WorkflowRow> {
  static constexpr auto kColumns =
      std::tuple{column<Whole>("id", FIELD(id)),
                 column<Whole>("definition", FIELD(definition)),
                 column<Text>("tenant", FIELD(tenant)),
                 column<Text>("key", FIELD(key)),
                 column<Text>("labels", FIELD(labels)),
                 column<MaybeWorkflow>("parent_workflow", FIELD(parent.workflow)),
                 column<MaybeNode>("parent_node", FIELD(parent.node)),
                 column<Whole>("slot", FIELD(slot)),
                 column<Whole>("run", FIELD(run)),
                 column<WorkflowState>("state", FIELD(phase)),
                 column<Whole>("cancel_requested", FIELD(cancel_requested)),
                 column<OutcomeWord>("outcome", FIELD(outcome)),
                 column<ErrorWord>("error_class", FIELD(error_class)),
                 column<Whole>("priority", FIELD(priority)),
                 column<Text>("input", FIELD(input)),
                 column<Text>("output", FIELD(output)),
                 column<Text>("reason", FIELD(reason)),
                 column<SetTime>("created_at", FIELD(created_at)),
                 column<SetTime>("finished_at", FIELD(finished_at)),
                 column<Deadline>("deadline", FIELD(deadline))};
};

template <>
struct Layout<NodeRow> {
  static constexpr auto kColumns =
      std::tuple{column<Whole>("workflow", FIELD(workflow)),
                 column<Whole>("node", FIELD(node)),
                 column<NodeState>("state", FIELD(phase)),
                 column<OutcomeWord>("outcome", FIELD(outcome)),
                 column<ErrorWord>("error_class", FIELD(error_class)),
                 column<Whole>("attempt", FIELD(attempt)),
                 column<Whole>("attempts_before", FIELD(attempts_before)),
                 column<SetTime>("ready_at", FIELD(ready_at)),
                 column<SetTime>("running_at", FIELD(running_at)),
                 column<SetTime>("finishing_at", FIELD(finishing_at)),
                 column<SetTime>("finished_at", FIELD(finished_at)),
                 column<SetTime>("launched_at", FIELD(launched_at)),
                 column<SetTime>("started_at", FIELD(started_at)),
                 column<SetTime>("ended_at", FIELD(ended_at)),
                 column<SetTime>("due_at", FIELD(due_at)),
                 column<Text>("output", FIELD(output)),
                 column<Text>("reason", FIELD(reason))};
};

template <>
struct Layout<AttemptRow> {
  static constexpr auto kColumns = std::tuple{column<Whole>("workflow", FIELD(key.workflow)),
                                              column<Whole>("node", FIELD(key.node)),
                                              column<Whole>("attempt", FIELD(key.attempt)),
                                              column<OutcomeWord>("outcome", FIELD(outcome)),
                                              column<ErrorWord>("error_class", FIELD(error_class)),
                                              column<SetTime>("launched_at", FIELD(launched_at)),
                                              column<SetTime>("started_at", FIELD(started_at)),
                                              column<SetTime>("ended_at", FIELD(ended_at)),
                                              column<Text>("reason", FIELD(reason))};
};

template <>
struct Layout<SignalRow> {
  static constexpr auto kColumns = std::tuple{column<Whole>("workflow", FIELD(workflow)),
                                              column<Whole>("number", FIELD(number)),
                                              column<Text>("name", FIELD(name)),
                                              column<Text>("payload", FIELD(payload)),
                                              column<Text>("key", FIELD(key)),
                                              column<Whole>("taken", FIELD(taken))};
};

template <>
struct Layout<ScheduleRow> {
  static constexpr auto kColumns = std::tuple{
      column<Text>("name", FIELD(name)),           column<Text>("definition", FIELD(definition)),
      column<Deadline>("next_at", FIELD(next_at)), column<SetTime>("last_at", FIELD(last_at)),
      column<Whole>("fired", FIELD(fired)),        column<Whole>("missed", FIELD(missed)),
      column<Whole>("paused", FIELD(paused))};
};

template <>
struct Layout<CommandRow> {
  static constexpr auto kColumns = std::tuple{column<Whole>("number", FIELD(number)),
                                              column<CommandWord>("kind", FIELD(kind)),
                                              column<MaybeWorkflow>("workflow", FIELD(workflow)),
                                              column<Text>("name", FIELD(name)),
                                              column<Text>("payload", FIELD(payload)),
                                              column<Text>("key", FIELD(key)),
                                              column<Text>("tenant", FIELD(tenant)),
                                              column<Text>("labels", FIELD(labels)),
                                              column<Whole>("priority", FIELD(priority)),
                                              column<SetTime>("sent_at", FIELD(sent_at)),
                                              column<SetTime>("answered_at", FIELD(answered_at)),
                                              column<MaybeWorkflow>("result", FIELD(result)),
                                              column<Text>("error", FIELD(error))};
};

template <>
struct Layout<CursorRow> {
  static constexpr auto kColumns = std::tuple{column<Text>("subscriber", FIELD(subscriber)),
                                              column<Whole>("delivered", FIELD(delivered))};
};

template <typename Row, typename Codec, typename Field>
bool get(const Column<Codec, Field>& column, const Statement& in, int at, Row& row) {
  return Codec::get(in, at, column.field(row));
}
template <typename Row, typename Codec, typename Field>
void put(const Column<Codec, Field>& column, sqlite3_context* out, const Row& row) {
  Codec::put(out, column.field(row));
}

template <typename Row, std::size_t... kAt>
ColumnList list(std::index_sequence<kAt...>) {
  static constexpr auto& kColumns = Layout<Row>::kColumns;
  static constexpr std::array kNames = {std::get<kAt>(kColumns).name...};
  static constexpr std::array<ColumnSource, sizeof...(kAt)> kSources = {
      [](sqlite3_context* out, const void* row) {
        put(std::get<kAt>(kColumns), out, *static_cast<const Row*>(row));
      }...};
  return {kNames, kSources};
}

}  // namespace

template <typename Row>
ColumnList columns() {
  return list<Row>(std::make_index_sequence<std::tuple_size_v<decltype(Layout<Row>::kColumns)>>{});
}

template <typename Row>
bool read_row(const Statement& statement, int first, Row& row) {
  return std::apply(
      [&](const auto&... column) { return (get(column, statement, first++, row) && ...); },
      Layout<Row>::kColumns);
}

#define INSTANTIATE(Row)              \
  template ColumnList columns<Row>(); \
  template bool read_row<Row>(const Statement&, int, Row&);
INSTANTIATE(DefinitionRow)
INSTANTIATE(WorkflowRow)
INSTANTIATE(NodeRow)
INSTANTIATE(AttemptRow)
INSTANTIATE(SignalRow)
INSTANTIATE(ScheduleRow)
INSTANTIATE(CursorRow)
INSTANTIATE(CommandRow)

}  // namespace gnomon::adapters
