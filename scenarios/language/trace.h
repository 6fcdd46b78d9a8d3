#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/time.h"
#include "scenarios/language/csv.h"
#include "sim/workload/arrivals.h"

namespace gnomon::scenarios {

/// How a CSV file says when requests came.
struct TraceFormat {
  enum class Kind : std::uint8_t {
    kSeconds,       ///< numbers: offsets from the start of the run
    kMilliseconds,  ///< the same
    kEpoch,         ///< seconds since 1970; the earliest becomes the start
    kIso8601,       ///< dates with times; the earliest becomes the start
    kPerMinute,  ///< a count of requests in each column named by the number of a minute; the first
                 ///< is the start
  };
  Kind kind = Kind::kSeconds;
  std::string column;  ///< of all but kPerMinute
  RowFilter rows;      ///< only these; what is the start does not depend on it
  double scale = 1;    ///< offsets are multiplied by it: 0.5 is twice as fast

  enum class Column : std::uint8_t { kNumber, kText };
  /// What is kept of each row, by the names of columns, ascending; not of kPerMinute.
  std::vector<std::pair<std::string, Column>> columns;
  std::string tenant;  ///< the column with the names of tenants; "": none
  bool sort = false;   ///< rows may stand in any order; else a time before the last one is an error
};

inline constexpr std::size_t kMaxArrivals = 20'000'000;

/// When requests come, ascending, and what their rows bring. Within a minute, counted requests are
/// spread evenly. Errors begin with the place, as those of Csv do.
Expected<sim::TraceArrivals> read_trace(std::string_view csv, const TraceFormat& format);

}  // namespace gnomon::scenarios
