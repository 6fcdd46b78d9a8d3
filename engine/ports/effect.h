#pragma once

#include <cstdint>
#include <variant>

#include "engine/ports/runtime.h"

namespace gnomon {

/// What a shard asks of the world. The host carries it out once the decision behind it is durable,
/// in this order.
struct LaunchAction {
  RuntimeIndex runtime = kNoRuntime;
  Launch launch;
};
struct PollAction {
  RuntimeIndex runtime = kNoRuntime;
  ActionKey key;
};
struct CancelAction {
  RuntimeIndex runtime = kNoRuntime;
  ActionKey key;
};

using RuntimeCall = std::variant<LaunchAction, PollAction, CancelAction>;

}  // namespace gnomon
