#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/time.h"

namespace gnomon {

/// A reading of the clock on the wall of some place: seconds since 1970-01-01T00:00:00 on that
/// clock. Not an instant: some readings are skipped and some come twice when daylight saving begins
/// and ends.
using WallTime = std::chrono::local_seconds;

/// A time zone: how far the wall clock is ahead of UTC, and since when. A plain value, cheap to
/// copy; where the numbers come from is for adapters (adapters/tzdata).
class Zone {
 public:
  /// A span of time, [begin, end), over which the offset stays.
  struct Period {
    Instant begin{};
    Instant end = kNever;
    std::chrono::seconds offset{};
  };

  /// UTC.
  Zone() = default;
  /// `periods` follow each other without a gap. The first one's offset holds before it too, the
  /// last one's ever after.
  Zone(std::string name, std::vector<Period> periods);

  std::string_view name() const {
    return data_ == nullptr ? std::string_view{"UTC"} : std::string_view{data_->name};
  }
  /// The period that holds `at`.
  Period period_at(Instant at) const;

  WallTime to_wall(Instant at) const;
  /// When the wall clock shows `wall`: the first time if it does so twice. If the reading is
  /// skipped: as much after the change as the reading is, as if the clock had been put forward
  /// late.
  Instant to_instant(WallTime wall) const;

 private:
  struct Data {
    std::string name;
    std::vector<Period> periods;
  };
  std::shared_ptr<const Data> data_;
};

/// Finds a zone by its name in the IANA database, such as Europe/Berlin.
using ZoneLookup = std::function<Expected<Zone>(std::string_view name)>;

}  // namespace gnomon
