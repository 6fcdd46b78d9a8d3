#include "engine/events/selection.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "engine/expressions/json.h"

namespace gnomon {
namespace {

constexpr std::uint32_t bit(EventKind kind) {
  return 1u << static_cast<unsigned>(kind);
}

/// Of a JSON number, or of a string that holds one.
template <typename Number>
std::optional<Number> number(const Payload& json) {
  const std::string text = plain_text(json);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Expected<WorkflowId> workflow_id(const Payload& json) {
  const auto id = number<std::uint64_t>(json);
  if (!id || *id == 0) {
    return invalid(fmt::format("{} is not the id of a workflow", json.json().substr(0, 40)));
  }
  return WorkflowId{*id};
}

/// What a callback says, read at once: each evaluation reads the whole text.
enum CallbackField : std::size_t {
  kWorkflow,
  kNode,
  kAttempt,
  kOutcome,
  kErrorClass,
  kResult,
  kReason
};
constexpr std::string_view kCallbackFields =
    "[.workflow, .node, .attempt, .outcome, .error_class, .result, .reason]";

Expected<ActionEnded> callback(const Payload& text) {
  static const Expected<Expression> read = Expression::compile(kCallbackFields);
  const Expected<Payload> array =
      read ? read->evaluate(text) : Expected<Payload>{std::unexpected(read.error())};
  if (!array) return std::unexpected(array.error());
  const Expected<std::vector<Payload>> fields = json_elements(*array);
  if (!fields) return std::unexpected(fields.error());
  const auto field = [&](CallbackField which) -> const Payload& { return (*fields)[which]; };

  const Expected<WorkflowId> workflow = workflow_id(field(kWorkflow));
  if (!workflow) return std::unexpected(workflow.error());
  const auto node = number<NodeIndex>(field(kNode));
  const auto attempt = number<std::uint32_t>(field(kAttempt));
  if (!node || !attempt) return invalid("a callback needs the numbers of a node and an attempt");

  ActionEnded ended;
  ended.key = {*workflow, *node, *attempt};
  const auto outcome = outcome_from(plain_text(field(kOutcome)));
  if (outcome != Outcome::kSucceeded && outcome != Outcome::kFailed &&
      outcome != Outcome::kCancelled) {
    return invalid(fmt::format("{} is not how an attempt ends: succeeded, failed, cancelled",
                               field(kOutcome).json().substr(0, 40)));
  }
  ended.outcome = *outcome;
  if (ended.outcome == Outcome::kSucceeded) {
    ended.result = field(kResult);
    return ended;
  }
  if (ended.outcome == Outcome::kFailed) {
    ended.error = error_class_from(plain_text(field(kErrorClass))).value_or(ErrorClass::kPermanent);
  }
  if (field(kReason).json() != "null") ended.result = Payload{plain_text(field(kReason))};
  return ended;
}

}  // namespace

Selection::Selection(const Route& route, ShardId shard) : route_(route) {
  const bool engine = glob_matches(route.source, engine_source(shard)) &&
                      !std::holds_alternative<CallbackOnEvent>(route.handler);
  for (std::size_t i = 0; i < kEventKindCount; ++i) {
    const auto kind = static_cast<EventKind>(i);
    if (kind == EventKind::kExternal || (engine && accepts_type(engine_type(kind))))
      kinds_ |= bit(kind);
  }
  if (std::holds_alternative<SignalOnEvent>(route.handler)) {
    kinds_ &= ~bit(EventKind::kSignalReceived);
  }
  ask_once(shard);
}

void Selection::ask_once(ShardId shard) {
  constexpr std::array<std::string_view, 4> kShared = {"datacontenttype", "source", "specversion",
                                                       "type"};
  if (route_.filter) {
    const auto fields = route_.filter->fields_read();
    if (!fields || !std::ranges::includes(kShared, *fields)) return;
  }
  for (std::size_t i = 0; i < kEventKindCount; ++i) {
    const auto kind = static_cast<EventKind>(i);
    if (kind == EventKind::kExternal || !may_accept(kind)) continue;
    const Expected<bool> passes =
        route_.filter
            ? route_.filter->evaluate_bool(JsonObject{}
                                               .add_string("datacontenttype", kEngineContentType)
                                               .add_string("source", engine_source(shard))
                                               .add_string("specversion", kCloudEventsVersion)
                                               .add_string("type", engine_type(kind))
                                               .payload())
            : true;
    if (!passes) continue;  // each event is asked about, and counted as failed
    if (*passes) {
      decided_ |= bit(kind);
    } else {
      kinds_ &= ~bit(kind);
    }
  }
}

bool Selection::accepts_type(std::string_view type) const {
  return route_.types.empty() || std::ranges::any_of(route_.types, [&](const std::string& pattern) {
           return glob_matches(pattern, type);
         });
}

Expected<bool> Selection::accepts(const OfferedEvent& event) const {
  if (!may_accept(event.event().kind)) return false;
  if ((decided_ & bit(event.event().kind)) != 0) return true;
  const bool by_attributes = route_.source != "*" || !route_.types.empty();
  if (event.event().kind == EventKind::kExternal && by_attributes) {
    const Expected<EventAttributes> attributes = attributes_of(event.text());
    if (!attributes) return std::unexpected(attributes.error());
    if (!glob_matches(route_.source, attributes->source) || !accepts_type(attributes->type)) {
      return false;
    }
  }
  return route_.filter ? route_.filter->evaluate_bool(event.text()) : true;
}

Expected<Payload> Selection::transformed(const OfferedEvent& event) const {
  return route_.transform ? route_.transform->evaluate(event.text()) : event.text();
}

Expected<RoutedCommand::What> Selection::command(const OfferedEvent& event) const {
  Expected<Payload> text = transformed(event);
  if (!text) return std::unexpected(text.error());
  if (const auto* start = std::get_if<StartOnEvent>(&route_.handler)) {
    const std::uint32_t hops = event.names() == nullptr ? 0 : event.names()->hops;
    if (hops >= kMaxEventHops) {
      return invalid(fmt::format("{} workflows have started one another by events", hops));
    }
    return StartByEvent{
        .workflow = start->workflow,
        .key = fmt::format("event/{}/{}/{}", event.event().shard, event.sequence(), route_.name),
        .tenant = start->tenant,
        .labels = route_labels(hops + 1, route_.name),
        .input = std::move(*text),
        .priority = start->priority};
  }
  if (const auto* signal = std::get_if<SignalOnEvent>(&route_.handler)) {
    const Expected<Payload> id = signal->workflow.evaluate(event.text());
    if (!id) return std::unexpected(id.error());
    const Expected<WorkflowId> workflow = workflow_id(*id);
    if (!workflow) return std::unexpected(workflow.error());
    return SignalByEvent{*workflow, signal->signal, std::move(*text)};
  }
  Expected<ActionEnded> ended = callback(*text);
  if (!ended) return std::unexpected(ended.error());
  return std::move(*ended);
}

}  // namespace gnomon
