#pragma once

#include <cstdint>

#include "engine/base/error.h"
#include "engine/base/ids.h"
#include "engine/events/offered_event.h"
#include "engine/events/route.h"

namespace gnomon {

/// Decides which events are a route's, and what it makes of them. The engine's own events are
/// chosen by their kind first, with one bit each, so that a route which wants few of them costs
/// little. A filter that looks only at what all events of a kind share (their type, their source)
/// is asked once a kind, when the route is made, and is then a bit like these.
///
/// Some events are never a route's, because one event would lead to another for ever: a route that
/// signals does not see signal_received, and one that calls back does not see the engine's own
/// events. (For routes that start workflows see kMaxEventHops.)
class Selection {
 public:
  /// `route` must outlive it.
  Selection(const Route& route, ShardId shard);

  /// By kind alone: false is final.
  bool may_accept(EventKind kind) const {
    return ((kinds_ >> static_cast<unsigned>(kind)) & 1) != 0;
  }
  /// An error is one of the filter, or of the event. Such an event must not pass: a filter that
  /// fails lets nothing through.
  Expected<bool> accepts(const OfferedEvent& event) const;
  /// What subscribers and handlers get. An error is one of the transform, or of the event: it must
  /// not pass either, since the transform may be there to leave something out.
  Expected<Payload> transformed(const OfferedEvent& event) const;
  /// What the handler asks of the shard; not for routes that deliver. The error says why nothing
  /// can be asked.
  Expected<RoutedCommand::What> command(const OfferedEvent& event) const;

 private:
  bool accepts_type(std::string_view type) const;
  void ask_once(ShardId shard);

  const Route& route_;
  std::uint32_t kinds_ = 0;    ///< that may pass
  std::uint32_t decided_ = 0;  ///< of which all pass, without asking the filter
};
static_assert(kEventKindCount <= 32);

/// So many routes, one after the other, may have led to a workflow; its events start no further
/// one. Two routes that start workflows on each other's events come to an end by it.
inline constexpr std::uint32_t kMaxEventHops = 16;

}  // namespace gnomon
