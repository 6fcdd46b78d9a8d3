#pragma once

#include <string_view>

#include "engine/timers/zone.h"

namespace gnomon::adapters {

/// The zone of that name (Europe/Berlin) in the system's database, from 1970 on. Its tables go to
/// 2037 for most zones; from their end on the last offset stays. An unknown name, or a system
/// without a database, is an error. Fits ZoneLookup. To repeat a run exactly on another machine,
/// both need the same version of tzdata.
Expected<Zone> find_zone(std::string_view name);

}  // namespace gnomon::adapters
