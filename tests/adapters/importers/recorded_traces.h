#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace gnomon::adapters {

/// A recorded workflow of WfInstances (wfcommons.org), and what is known of it from elsewhere:
/// counted by a program that shares nothing with the importer. Times in seconds, to 0.1.
struct RecordedTrace {
  const char* name;
  std::size_t tasks;
  std::size_t edges;
  std::uint32_t levels;
  double sum;  ///< of all runtimes
  double critical_path;
  double lower_bound;  ///< of the makespan on the recorded cores
};
inline std::ostream& operator<<(std::ostream& out, const RecordedTrace& trace) {
  return out << trace.name;
}
const std::vector<RecordedTrace>& recorded_traces();

/// The text of a trace; nothing if the traces are not on this machine, as they are not part of the
/// project: GNOMON_WFINSTANCES names the folder that holds the files.
std::optional<std::string> text_of(const RecordedTrace& trace);

}  // namespace gnomon::adapters
