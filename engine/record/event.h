#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>

#include "engine/base/ids.h"
#include "engine/base/payload.h"
#include "engine/base/time.h"

namespace gnomon {

/// What happened. Past facts, numbered per shard without gaps, written in the transaction that made
/// them true, and published through EventRouter. Article A names workflow_start, node_start,
/// node_end and why a node failed.
enum class EventKind : std::uint8_t {
  kWorkflowCreated,
  kWorkflowStarted,
  kWorkflowPaused,
  kWorkflowResumed,
  kWorkflowCancelRequested,
  kWorkflowRetried,  ///< RetryWorkflow: detail = the new run number
  kWorkflowEnded,    ///< outcome; text = why
  kNodeReady,
  kNodeStarted,
  kNodeFinishing,
  kNodeEnded,             ///< outcome, error; text = why
  kActionLaunched,        ///< attempt; detail = runtime number
  kActionStarted,         ///< attempt; a worker took it
  kActionEnded,           ///< attempt; outcome, error; text = why
  kActionRetryScheduled,  ///< attempt = the one to come; detail = delay in ns
  kAnswerIgnored,   ///< a late or duplicate answer, or one of an attempt given up: attempt; outcome
  kSignalReceived,  ///< text = name
  kTimerFired,      ///< a wait's interval or instant has come
  kScheduleFired,   ///< detail = the instant it was due, in ns
  kScheduleMissed,  ///< detail = how many fires were not run
  kDefinitionUploaded,  ///< text = name
  kNodeDelayed,         ///< monitor: a transition took too long; detail = ns
  kWorkflowStuck,       ///< monitor: nothing has happened for too long; detail = ns
  kShardHot,  ///< monitor: the shard carries too much; detail = load in percent of the mean
  kExternal,  ///< an event published by a client or a source; text = its CloudEvents JSON
};
inline constexpr std::size_t kEventKindCount = 25;

/// snake_case, as it stands in the record and in CloudEvents types: "node_end", "workflow_start".
std::string_view to_string(EventKind kind);

/// The part of an event that is the same everywhere: 48 bytes without padding or pointers, so that
/// the digest takes it as it lies in memory.
struct EventFacts {
  std::uint64_t sequence = 0;  ///< in its shard, from 1
  Instant at{};
  WorkflowId workflow = WorkflowId::kNone;
  std::int64_t detail = 0;
  NodeIndex node = kNoNode;
  std::uint32_t attempt = 0;
  EventKind kind{};
  std::uint8_t outcome = 0;      ///< Outcome
  std::uint8_t error_class = 0;  ///< ErrorClass
  std::uint8_t reserved = 0;
  ShardId shard = 0;
  std::uint16_t reserved2 = 0;
};
static_assert(sizeof(EventFacts) == 48 && std::has_unique_object_representations_v<EventFacts>);

struct Event : EventFacts {
  Payload text;  ///< plain text or JSON, by kind; often empty
};

}  // namespace gnomon
