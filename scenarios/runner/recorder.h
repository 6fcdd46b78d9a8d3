#pragma once

#include <memory>
#include <string>

#include "adapters/sqlite/record_writer.h"
#include "engine/ports/commit_listener.h"
#include "scenarios/runner/engine_parts.h"
#include "scenarios/runner/run.h"

namespace gnomon::scenarios {

/// What a run record says of a run beside its rows.
adapters::RunSummary summary_of(const EngineParts& parts, const RunReport& report,
                                const RunOptions& options);

/// Writes the record of a simulated run as it goes; with RecordLevel::kSummary no more of a
/// workflow than its row and its definition. The first error of the disk is kept and told at the
/// end.
class Recorder final : public CommitListener {
 public:
  static Expected<std::unique_ptr<Recorder>> create(const std::string& path, RecordLevel level);
  void committed(const Commit& commit) override;
  /// Gives the record the name `path`.
  Expected<void> finish(const adapters::RunSummary& summary, const std::string& path);
  const std::string& earlier_kept_as() const { return writer_->earlier_kept_as(); }
  bool failed() const { return !state_; }

 private:
  std::unique_ptr<adapters::RecordWriter> writer_;
  RecordLevel level_ = RecordLevel::kFull;
  Expected<void> state_;
};

}  // namespace gnomon::scenarios
