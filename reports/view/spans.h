#pragma once

#include <span>

#include "engine/base/time.h"
#include "engine/record/rows.h"

namespace gnomon::reports {

/// One attempt at a node's work, as a bar in time. Never negative: an instant that a runtime's
/// clock puts before the one it follows counts as equal to it.
struct AttemptSpan {
  std::uint32_t attempt = 0;
  Instant launched{};
  Instant started{};  ///< = launched if the runtime did not say; = ended if no worker ever took it
  Instant ended{};    ///< = `until` while it goes on
  std::uint8_t outcome = 0;
};

/// Where a node's time went, from READY to FINISHED: queue + run + backoff + engine = end - begin.
struct Spans {
  Instant begin = kUnset;  ///< it became READY; kUnset if it never did
  Instant end = kUnset;    ///< it was FINISHED; kUnset if it is not
  Duration queue{};        ///< handed to a runtime, no worker yet; all attempts
  Duration
      run{};  ///< work went on; all attempts. Of a node without action: from RUNNING to FINISHING
  Duration backoff{};  ///< between attempts
  Duration engine{};   ///< everything else: deciding, launching, noticing the end, committing

  bool has_begun() const { return begin != kUnset; }
  bool has_ended() const { return end != kUnset; }
  Duration total() const { return queue + run + backoff + engine; }
};

/// What is still going on counts until `until`.
Spans spans_of(const NodeRow& node, std::span<const AttemptRow> earlier, Instant until);

/// The bar of the latest attempt; `attempt` = 0 if the node has made none.
AttemptSpan latest_attempt(const NodeRow& node, Instant until);
AttemptSpan span_of(const AttemptRow& attempt, Instant until);

/// When the node became READY, as far as the record tells; kUnset if it never did.
Instant begin_of(const NodeRow& node);
/// When the node was FINISHED, as far as the record tells; kUnset if it is not.
Instant end_of(const NodeRow& node);

}  // namespace gnomon::reports
