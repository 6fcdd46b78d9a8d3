#pragma once

#include <stdlib.h>

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iterator>
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
inline const std::vector<RecordedTrace>& recorded_traces() {
  static const std::vector<RecordedTrace> traces = {
      {"1000genome-chameleon-2ch-100k-001", 52, 76, 3, 2771.3, 204.7, 204.7},
      {"1000genome-chameleon-8ch-250k-001", 328, 424, 3, 21720.4, 372.9, 372.9},
      {"bacass-dirt02-001", 11, 14, 5, 3961.9, 2150.0, 3961.9},
      {"blast-chameleon-large-001", 103, 300, 3, 154331.2, 1819.1, 1819.1},
      {"blast-chameleon-small-001", 43, 120, 3, 382.9, 10.4, 10.4},
      {"bwa-chameleon-medium-001", 1004, 4000, 3, 3612.1, 147.6, 147.6},
      {"bwa-chameleon-small-001", 104, 400, 3, 380.0, 91.4, 91.4},
      {"bwa-chameleon-small-002", 104, 400, 3, 361.0, 89.1, 89.1},
      {"cycles-chameleon-1l-1c-9p-001", 67, 97, 4, 862.7, 163.4, 163.4},
      {"epigenomics-chameleon-hep-1seq-100k-001", 41, 48, 9, 539.3, 104.8, 104.8},
      {"epigenomics-chameleon-ilmn-2seq-50k-001", 515, 639, 9, 8790.6, 164.4, 164.4},
      {"hic-dirt02-001", 38, 47, 13, 577.1, 274.6, 577.1},
      {"methylseq-dirt02-001", 36, 70, 7, 446.4, 203.2, 446.4},
      {"montage-chameleon-2mass-005d-001", 58, 114, 8, 221.7, 21.4, 21.4},
      {"montage-chameleon-2mass-05d-001", 1738, 4698, 8, 8694.7, 102.4, 102.4},
      {"montage-chameleon-dss-10d-001", 472, 1284, 8, 37089.3, 935.8, 935.8},
      {"rnaseq-dirt02-001", 197, 451, 10, 2580.4, 759.5, 2580.4},
      {"seismology-chameleon-100p-001", 101, 100, 2, 71.9, 2.8, 2.8},
      {"soykb-chameleon-10fastq-10ch-001", 96, 194, 11, 11814.5, 2933.3, 2933.3},
      {"srasearch-chameleon-10a-001", 22, 30, 3, 6996.8, 1005.9, 1005.9},
      {"srasearch-chameleon-10a-002", 22, 30, 3, 16260.5, 3011.6, 3011.6},
      {"srasearch-chameleon-50a-001", 104, 152, 4, 65893.5, 2833.0, 2833.0},
      {"taxprofiler-dirt02-001", 127, 246, 10, 3398.6, 741.6, 3398.6},
  };
  return traces;
}

/// The text of a trace; nothing if the traces are not on this machine, as they are not part of the
/// project: GNOMON_WFINSTANCES names the folder that holds the files.
inline std::optional<std::string> text_of(const RecordedTrace& trace) {
  const char* const named = getenv("GNOMON_WFINSTANCES");
  const std::string folder =
      named != nullptr ? named : GNOMON_SOURCE_DIR "/../shared/data/wfformat/v1.5";
  std::ifstream file(folder + "/" + trace.name + ".json", std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace gnomon::adapters
