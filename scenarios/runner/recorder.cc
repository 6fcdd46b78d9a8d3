#include "scenarios/runner/recorder.h"

#include "scenarios/runner/version.h"

namespace gnomon::scenarios {

Expected<std::unique_ptr<Recorder>> Recorder::create(const std::string& path, RecordLevel level) {
  auto writer = adapters::RecordWriter::create(path);
  if (!writer) return std::unexpected(writer.error());
  auto recorder = std::make_unique<Recorder>();
  recorder->writer_ = std::move(*writer);
  recorder->level_ = level;
  return recorder;
}

void Recorder::committed(const Commit& commit) {
  if (!state_) return;
  if (level_ == RecordLevel::kFull) {
    state_ = writer_->write(commit);
    return;
  }
  Commit kept;
  kept.shard = commit.shard;
  kept.definitions = commit.definitions;
  kept.workflows = commit.workflows;
  if (!kept.empty()) state_ = writer_->write(kept);
}

Expected<void> Recorder::finish(const adapters::RunSummary& summary, const std::string& path) {
  if (!state_) return state_;
  return writer_->finish(summary, path);
}

adapters::RunSummary summary_of(const EngineParts& parts, const RunReport& report,
                                const RunOptions& options) {
  adapters::RunSummary summary;
  summary.facts.gnomon = kVersion;
  summary.facts.world = options.world == WorldKind::kSimulated ? "simulated" : "real";
  summary.facts.scenario = parts.scenario.name;
  summary.facts.scenario_text = options.scenario_text;
  summary.facts.seed = report.seed;
  summary.facts.digest = report.digest.to_string();
  summary.facts.started_at = report.began;
  summary.facts.ended_at = report.ended;
  summary.facts.overrides = options.overrides;
  summary.facts.interrupted = report.interrupted && options.world == WorldKind::kSimulated;
  for (const PassedOver& each : report.passed_over)
    summary.facts.passed_over[each.route] = each.last;
  std::uint32_t number = 0;
  for (const RuntimeSettings& runtime : parts.scenario.runtimes) {
    const bool processes =
        options.world == WorldKind::kReal && runtime.process && !options.stand_ins;
    const std::uint64_t slots =
        processes ? runtime.process->slots
                  : std::uint64_t{runtime.pool.workers} * runtime.pool.units_per_worker;
    auto& facts = summary.facts.runtimes.emplace_back(number++, runtime.pool.name, slots);
    if (!processes) facts.workers = runtime.pool.workers;
  }
  constexpr double kNs = 1e9;
  for (const auto& [key, histogram] : report.metrics->histograms()) {
    const auto put = [&, &of = key](const char* statistic, double value) {
      summary.metrics.push_back({of.first, of.second, statistic, value});
    };
    put("count", static_cast<double>(histogram.count()));
    put("mean", static_cast<double>(histogram.mean()) / kNs);
    put("min", static_cast<double>(histogram.min()) / kNs);
    put("p50", static_cast<double>(histogram.percentile(50)) / kNs);
    put("p90", static_cast<double>(histogram.percentile(90)) / kNs);
    put("p95", static_cast<double>(histogram.percentile(95)) / kNs);
    put("p99", static_cast<double>(histogram.percentile(99)) / kNs);
    put("max", static_cast<double>(histogram.max()) / kNs);
  }
  for (const auto& [key, value] : report.metrics->numbers()) {
    summary.metrics.push_back({key.first, key.second, "value", value});
  }
  for (const ThresholdResult& result : report.thresholds) {
    summary.metrics.push_back(
        {"threshold", result.threshold.text, "measured", result.measured.value_or(0)});
    summary.metrics.push_back(
        {"threshold", result.threshold.text, "passed", result.passed ? 1.0 : 0.0});
  }
  return summary;
}

}  // namespace gnomon::scenarios
