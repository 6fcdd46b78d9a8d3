#include "engine/events/cloud_event.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "engine/events/route.h"
#include "engine/expressions/expression.h"
#include "engine/expressions/json.h"
#include "engine/model/policy.h"
#include "engine/record/event_node.h"

namespace gnomon {
namespace {

/// What an event says by its kind, beside the facts that all have.
struct Detail {
  std::string_view detail;  ///< field for Event::detail
  std::string_view text;    ///< field for Event::text
  std::string_view state;   ///< in which the workflow, or the node, is now
};

Detail detail_of(EventKind kind) {
  switch (kind) {
    case EventKind::kWorkflowCreated:
      return {.detail = "", .text = "", .state = "RUNNING"};
    case EventKind::kWorkflowStarted:
      return {.detail = "", .text = "", .state = "RUNNING"};
    case EventKind::kWorkflowPaused:
      return {.detail = "", .text = "", .state = "PAUSED"};
    case EventKind::kWorkflowResumed:
      return {.detail = "", .text = "", .state = "RUNNING"};
    case EventKind::kWorkflowCancelRequested:
      return {};
    case EventKind::kWorkflowRetried:
      return {.detail = "run", .text = "", .state = "RUNNING"};
    case EventKind::kWorkflowEnded:
      return {.detail = "", .text = "reason", .state = "FINISHED"};
    case EventKind::kNodeReady:
      return {.detail = "", .text = "", .state = "READY"};
    case EventKind::kNodeStarted:
      return {.detail = "", .text = "", .state = "RUNNING"};
    case EventKind::kNodeFinishing:
      return {.detail = "", .text = "", .state = "FINISHING"};
    case EventKind::kNodeEnded:
      return {.detail = "", .text = "reason", .state = "FINISHED"};
    case EventKind::kActionLaunched:
      return {};
    case EventKind::kActionStarted:
      return {};
    case EventKind::kActionEnded:
      return {.detail = "", .text = "reason", .state = ""};
    case EventKind::kActionRetryScheduled:
      return {.detail = "delay_ns", .text = "", .state = ""};
    case EventKind::kAnswerIgnored:
      return {};
    case EventKind::kSignalReceived:
      return {.detail = "", .text = "signal", .state = ""};
    case EventKind::kTimerFired:
      return {};
    case EventKind::kScheduleFired:
      return {.detail = "due", .text = "schedule", .state = ""};
    case EventKind::kScheduleMissed:
      return {.detail = "missed", .text = "schedule", .state = ""};
    case EventKind::kDefinitionUploaded:
      return {.detail = "", .text = "definition", .state = ""};
    case EventKind::kNodeDelayed:
      return {.detail = "delay_ns", .text = "", .state = ""};
    case EventKind::kWorkflowStuck:
      return {.detail = "idle_ns", .text = "", .state = ""};
    case EventKind::kShardHot:
      return {.detail = "load_percent", .text = "", .state = ""};
    case EventKind::kExternal:
      return {};
  }
  return {};
}

std::string_view text_of(const Event& event) {
  return event.text.text().substr(0, kMaxEventText);
}

std::string_view node_name(const WorkflowNames* names, NodeIndex node) {
  if (names == nullptr || names->definition == nullptr) return {};
  return node < names->definition->node_count() ? names->definition->node_name(node)
                                                : std::string_view{};
}

std::string id_text(WorkflowId id) {
  return fmt::to_string(value_of(id));
}

std::string node_json(NodeIndex node, std::string_view name) {
  JsonObject object;
  object.add_integer("index", node);
  if (!name.empty()) object.add_string("name", name);
  return object.text();
}

std::string workflow_json(WorkflowId id, const WorkflowNames* names) {
  JsonObject object;
  object.add_string("id", id_text(id));
  if (names == nullptr) return object.text();
  if (!names->key.empty()) object.add_string("key", names->key);
  if (!names->labels.empty()) object.add("labels", names->labels);
  if (names->definition != nullptr) object.add_string("name", names->definition->name());
  if (names->parent.workflow != WorkflowId::kNone) {
    object.add_json("parent", JsonObject{}
                                  .add_integer("node", names->parent.node)
                                  .add_string("workflow", id_text(names->parent.workflow))
                                  .text());
  }
  object.add_string("tenant", names->tenant);
  if (names->definition != nullptr) object.add_string("version", names->definition->version());
  return object.text();
}

// Fields in the order of their names, which makes the text canonical.
std::string data_json(const Event& event, const WorkflowNames* names) {
  const auto [detail, text, state] = detail_of(event.kind);
  const NodeIndex node = node_of(event);
  const std::string_view runtime =
      runtime_of(event, names == nullptr ? nullptr : names->definition.get());
  JsonObject data;
  const auto add_detail = [&](std::string_view name) {
    if (detail == name) data.add_integer(name, event.detail);
  };
  const auto add_text = [&](std::string_view name) {
    if (text == name && !event.text.empty()) data.add_string(name, text_of(event));
  };
  if (event.attempt != 0) data.add_integer("attempt", event.attempt);
  add_text("definition");
  add_detail("delay_ns");
  if (detail == "due") data.add_string("due", rfc3339(from_ns(event.detail)));
  if (event.error_class != 0) {
    data.add_string("error_class", to_string(static_cast<ErrorClass>(event.error_class)));
  }
  add_detail("idle_ns");
  data.add_string("kind", to_string(event.kind));
  add_detail("load_percent");
  add_detail("missed");
  if (node != kNoNode) data.add_json("node", node_json(node, node_name(names, node)));
  if (event.outcome != 0) {
    data.add_string("outcome", to_string(static_cast<Outcome>(event.outcome)));
  }
  add_text("reason");
  add_detail("run");
  if (!runtime.empty()) data.add_string("runtime", runtime);
  add_text("schedule");
  data.add_integer("sequence", static_cast<std::int64_t>(event.sequence));
  data.add_integer("shard", event.shard);
  add_text("signal");
  if (!state.empty()) data.add_string("state", state);
  if (event.workflow != WorkflowId::kNone) {
    data.add_json("workflow", workflow_json(event.workflow, names));
  }
  return data.text();
}

std::string subject_of(const Event& event, const WorkflowNames* names) {
  if (event.workflow == WorkflowId::kNone) return std::string(text_of(event));
  std::string subject;
  if (names != nullptr && names->definition != nullptr) {
    fmt::format_to(std::back_inserter(subject), "{}/", names->definition->name());
  }
  subject += id_text(event.workflow);
  const NodeIndex node = node_of(event);
  if (node == kNoNode) return subject;
  const std::string_view name = node_name(names, node);
  return name.empty() ? fmt::format("{}/{}", subject, node) : fmt::format("{}/{}", subject, name);
}

/// null, or what is wrong with the event.
constexpr std::string_view kCheck = R"jq(
  if type != "object" then "it must be an object"
  else first(
    (("id", "source", "specversion", "type") as $name
      | select(.[$name] | type != "string" or . == "")
      | "`\($name)` must be a string that is not empty"),
    (select(.specversion != "1.0") | "`specversion` must be \"1.0\""),
    (("datacontenttype", "dataschema", "subject", "time") as $name
      | select(has($name)) | select(.[$name] | . != null and (type != "string" or . == ""))
      | "`\($name)` must be a string that is not empty"),
    (select(has("data") and has("data_base64")) | "`data` and `data_base64` must not both be there"),
    (select(has("data_base64")) | select(.data_base64 | type != "string")
      | "`data_base64` must be a string"),
    (keys[] as $name | select($name != "data" and $name != "data_base64")
      | (select($name | explode | all(.[]; (. >= 48 and . <= 57) or (. >= 97 and . <= 122)) | not)
          | "attribute names have only a-z and 0-9, unlike `\($name)`"),
        (select(.[$name] | type == "object" or type == "array")
          | "`\($name)` must not be an object or an array")),
    null)
  end)jq";

}  // namespace

std::string rfc3339(Instant at) {
  // By whole seconds: the midnight before the earliest instant is no instant any more.
  const auto second = std::chrono::floor<std::chrono::seconds>(at.time_since_epoch());
  const auto day = std::chrono::floor<std::chrono::days>(second);
  const std::chrono::year_month_day date{std::chrono::sys_days{day}};
  const std::chrono::hh_mm_ss time{second - day};
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::int64_t rest = (to_ns(at) % kSecond + kSecond) % kSecond;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count(), rest);
}

std::string_view runtime_of(const Event& event, const Definition* definition) {
  if (event.kind != EventKind::kActionLaunched || definition == nullptr ||
      event.node >= definition->node_count()) {
    return {};
  }
  const auto* task = std::get_if<TaskSpec>(&definition->spec(event.node).work);
  return task == nullptr ? std::string_view{} : std::string_view{task->runtime};
}

std::string engine_source(ShardId shard) {
  return fmt::format("/gnomon/shard/{}", shard);
}

std::string engine_type(EventKind kind) {
  return fmt::format("gnomon.{}", to_string(kind));
}

Payload cloud_event(const Event& event, const WorkflowNames* names) {
  if (event.kind == EventKind::kExternal) return event.text;
  JsonObject object;
  object.add_json("data", data_json(event, names))
      .add_string("datacontenttype", kEngineContentType)
      .add_string("id", fmt::format("{}-{}", event.shard, event.sequence))
      .add_string("source", engine_source(event.shard))
      .add_string("specversion", kCloudEventsVersion);
  if (const std::string subject = subject_of(event, names); !subject.empty()) {
    object.add_string("subject", subject);
  }
  object.add_string("time", rfc3339(event.at)).add_string("type", engine_type(event.kind));
  return object.payload();
}

Expected<void> check_cloud_event(const Payload& event) {
  static const Expected<Expression> check = Expression::compile(kCheck);
  const Expected<Payload> problem =
      check ? check->evaluate(event) : Expected<Payload>{std::unexpected(check.error())};
  if (!problem)
    return invalid(fmt::format("a CloudEvent must be JSON: {}", problem.error().message));
  if (problem->json() == "null") return {};
  return invalid(fmt::format("not a CloudEvent 1.0: {}", plain_text(*problem)));
}

Expected<void> check_published_event(const Payload& event) {
  if (auto checked = check_cloud_event(event); !checked) return checked;
  const Expected<EventAttributes> attributes = attributes_of(event);
  if (!attributes) return std::unexpected(attributes.error());
  if (glob_matches(kEngineSource, attributes->source)) {
    return invalid(fmt::format("`{}` is a source of the engine's own events", attributes->source));
  }
  return {};
}

Expected<EventAttributes> attributes_of(const Payload& cloud_event) {
  EventAttributes attributes;
  for (const auto& [name, value] :
       {std::pair{std::string_view{"source"}, &attributes.source}, {"type", &attributes.type}}) {
    const Expected<Payload> field = json_field(cloud_event, name);
    if (!field) return std::unexpected(field.error());
    *value = plain_text(*field);
  }
  return attributes;
}

std::string plain_text(const Payload& json) {
  const std::string_view text = json.json();
  if (text.front() != '"') return std::string(text);
  std::string plain;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] != '\\') {
      plain += text[i];
      continue;
    }
    switch (text[++i]) {
      case 'b':
        plain += '\b';
        break;
      case 'f':
        plain += '\f';
        break;
      case 'n':
        plain += '\n';
        break;
      case 'r':
        plain += '\r';
        break;
      case 't':
        plain += '\t';
        break;
      case 'u': {  // canonical JSON writes only control characters so
        unsigned code = 0;
        std::from_chars(text.data() + i + 1, text.data() + std::min(i + 5, text.size()), code, 16);
        plain += static_cast<char>(code);
        i += 4;
        break;
      }
      default:
        plain += text[i];
    }
  }
  return plain;
}

}  // namespace gnomon
