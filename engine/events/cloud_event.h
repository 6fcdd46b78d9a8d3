#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/error.h"
#include "engine/base/payload.h"
#include "engine/events/workflow_names.h"
#include "engine/record/event.h"

/// Events in the form in which others read them: CloudEvents 1.0, in JSON.
/// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md

namespace gnomon {

/// "2026-03-01T12:00:05.250000000Z": RFC 3339 in UTC, always with nanoseconds, so that texts sort
/// as instants do.
std::string rfc3339(Instant at);

/// The runtime that an attempt was handed to, by its name: of kActionLaunched. The number in its
/// detail is that of one process; one that goes on with the run may number them otherwise. "" for
/// other kinds, or if `definition`, which may be null, does not tell.
std::string_view runtime_of(const Event& event, const Definition* definition);

/// `source` of the engine's own events: "/gnomon/shard/0".
std::string engine_source(ShardId shard);
/// `type` of the engine's own events: "gnomon.node_end".
std::string engine_type(EventKind kind);

/// `specversion` of all events, and `datacontenttype` of the engine's own.
inline constexpr std::string_view kCloudEventsVersion = "1.0";
inline constexpr std::string_view kEngineContentType = "application/json";

inline constexpr std::size_t kMaxEventText = 16 << 10;

/// An event as canonical JSON. `names` may be null: then the workflow is known by its id only.
/// Attributes: `id` is
/// "<shard>-<sequence>", unique with the source; `subject` is "<workflow name>/<workflow id>/<node
/// name>". `data` holds, where they apply,
///
///     attempt, error_class, kind, outcome, reason, sequence, shard, state
///     node      {index, name}
///     workflow  {id, key, labels, name, parent {node, workflow}, tenant, version}
///     and by kind: runtime, run, delay_ns, due, missed, idle_ns, load_percent, signal, schedule,
///     definition
///
/// Texts over kMaxEventText bytes are cut. Workflow ids are strings, because jq and JavaScript
/// round integers over 2^53. An event of kind kExternal is what its client published, to the byte.
Payload cloud_event(const Event& event, const WorkflowNames* names);

/// Whether a text is a CloudEvent of version 1.0 in JSON, with all that it must have. The error
/// says which attribute is wrong, and how.
Expected<void> check_cloud_event(const Payload& event);
/// The same of what a client publishes, which must not come under the engine's name. Asked before
/// the event is taken in, so that routes meet no other.
Expected<void> check_published_event(const Payload& event);

/// What routes choose by.
struct EventAttributes {
  std::string source;
  std::string type;
};
/// Of a checked event.
Expected<EventAttributes> attributes_of(const Payload& cloud_event);

/// The text that a JSON string in canonical form stands for; of any other value its JSON.
std::string plain_text(const Payload& json);

}  // namespace gnomon
