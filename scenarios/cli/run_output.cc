#include "scenarios/cli/run_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "reports/render/dag_picture.h"
#include "reports/summary/summary.h"
#include "reports/summary/summary_text.h"
#include "reports/text/escape.h"
#include "reports/text/json_writer.h"
#include "reports/text/table.h"
#include "reports/text/units.h"
#include "scenarios/cli/record_input.h"
#include "scenarios/cli/scenario_input.h"
#include "scenarios/runner/version.h"

namespace gnomon::cli {
namespace {

using reports::Ink;
using reports::Style;
using scenarios::Threshold;
using scenarios::ThresholdResult;

std::string measured(const ThresholdResult& result) {
  if (!result.measured) return "nothing measured";
  const double value = *result.measured;
  switch (result.threshold.unit) {
    case Threshold::Unit::kSeconds:
      return reports::human(Duration{static_cast<std::int64_t>(value * 1e9)});
    case Threshold::Unit::kShare:
      return reports::human_share(value);
    case Threshold::Unit::kPerSecond:
      return fmt::format("{:.4g}/s", value);
    case Threshold::Unit::kBytes:
    case Threshold::Unit::kNone:
      break;
  }
  return fmt::format("{:.6g}", value);
}

double number(const RunOutput& output, std::string_view metric, std::string_view label) {
  return output.report.metrics->number(metric, label).value_or(0);
}

std::string counts_by_outcome(const RunOutput& output, const char* metric, const Style& style) {
  std::string text;
  const auto add = [&](const char* outcome, Ink ink) {
    const auto count = static_cast<std::uint64_t>(number(output, metric, outcome));
    if (count == 0) return;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ",
                        style(ink, reports::human_count(count)), outcome);
  };
  add("succeeded", Ink::kGood);
  add("failed", Ink::kBad);
  add("timed_out", Ink::kBad);
  add("cancelled", Ink::kWarning);
  add("skipped", Ink::kDim);
  add("live", Ink::kWarning);
  return text.empty() ? "none" : text;
}

std::string times(const RunOutput& output, const Style& style) {
  using Align = reports::Table::Align;
  reports::Table table(
      {Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kRight, Align::kRight});
  table.titles({"", "count", "p50", "p95", "p99", "max"});
  for (const auto& [key, histogram] : output.report.metrics->histograms()) {
    const auto& [metric, label] = key;
    const auto time = [&, &of = histogram](double percentile) {
      return reports::human(Duration{of.percentile(percentile)});
    };
    table.row({{label.empty() ? metric : fmt::format("  {}", label),
                label.empty() ? Ink::kBold : Ink::kPlain},
               {reports::human_count(histogram.count())},
               {time(50)},
               {time(95)},
               {time(99)},
               {reports::human(Duration{histogram.max()})}});
  }
  return table.print(style);
}

std::string runtimes(const RunOutput& output, const Style& style) {
  using Align = reports::Table::Align;
  reports::Table table(
      {Align::kLeft, Align::kLeft, Align::kRight, Align::kRight, Align::kRight, Align::kRight});
  table.titles({"runtime", "", "utilisation", "queue p95", "longest queue", "cold starts"});
  for (const scenarios::RuntimeSettings& runtime : output.scenario.runtimes) {
    const std::string& name = runtime.pool.name;
    const auto used = output.report.metrics->number("utilisation", name);
    if (!used) continue;
    const auto* wait = output.report.metrics->histogram("queue_wait", name);
    table.row(
        {{name},
         {reports::bar(*used, 20), Ink::kAccent},
         {reports::human_share(*used)},
         {wait == nullptr ? "-" : reports::human(Duration{wait->percentile(95)})},
         {reports::human_count(static_cast<std::uint64_t>(number(output, "longest_queue", name)))},
         {reports::human_count(static_cast<std::uint64_t>(number(output, "cold_starts", name)))}});
  }
  return table.empty() ? "" : table.print(style) + "\n";
}

}  // namespace

std::string to_text(const RunOutput& output, const Style& style) {
  const scenarios::RunReport& report = output.report;
  const bool simulated = output.options.world == scenarios::WorldKind::kSimulated;
  std::vector<reports::ThresholdLine> thresholds;
  for (const ThresholdResult& result : report.thresholds) {
    thresholds.push_back({result.threshold.text, measured(result), result.passed});
  }
  std::string text;
  if (output.record) {
    text = reports::print_summary(reports::summarise(*output.record), thresholds, style);
  } else {
    text = fmt::format("{}\n  workflows  {}\n  nodes      {}\n\n{}\n{}{}",
                       style(Ink::kBold, output.scenario.name),
                       counts_by_outcome(output, "workflows", style),
                       counts_by_outcome(output, "nodes", style), times(output, style),
                       runtimes(output, style), reports::print_thresholds(thresholds, style));
  }
  const std::string how_long = report.resumed
                                   ? fmt::format("the last {} in this process",
                                                 reports::human(report.ended - report.resumed_at))
                                   : fmt::format("in {}", reports::human(output.wall));
  text +=
      fmt::format("\n{} {}{} {}   {} events   seed {}   digest {}{}\n",
                  simulated ? "simulated" : "ran", reports::human(report.ended - report.began),
                  report.resumed ? "," : "", how_long, reports::human_count(report.events),
                  report.seed, report.resumed ? "of this process " : "", report.digest.to_string());
  if (report.resumed) {
    text += "went on with the unfinished run that the record held\n";
    for (const std::string& change : report.changes)
      text += style(Ink::kWarning, fmt::format("  now {}\n", reports::clean(change)));
  }
  if (!report.earlier_kept_as.empty()) {
    text +=
        fmt::format("the ended run that was in its place is kept as {}\n", report.earlier_kept_as);
  }
  if (report.refused_starts > 0) {
    text += style(Ink::kWarning, fmt::format("{} starts were refused; the first: {}\n",
                                             report.refused_starts, report.refused_because));
  }
  if (!report.record.empty()) text += fmt::format("record {}", report.record);
  if (!output.picture.empty()) text += fmt::format("   picture {}", output.picture);
  if (!report.record.empty()) text += "\n";
  if (report.interrupted) {
    text += simulated ? "interrupted: what is told above is what had happened by then\n"
                      : "interrupted; the same command goes on where this one stopped\n";
    if (report.record != output.options.record)
      text += fmt::format("{} is as it was\n", output.options.record);
  } else if (report.unfinished) {
    text += style(Ink::kWarning,
                  fmt::format("the time was up with {} workflows live; the same command goes on "
                              "with them\n",
                              report.live_workflows));
  }
  return text;
}

std::string to_json(const RunOutput& output) {
  const scenarios::RunReport& report = output.report;
  reports::JsonWriter json(2);
  json.begin_object();
  json.member("format", "gnomon.run/1").member("gnomon", scenarios::kVersion);
  json.member("scenario", output.scenario.name);
  json.member("world",
              output.options.world == scenarios::WorldKind::kSimulated ? "simulated" : "real");
  json.member("seed", report.seed).member("digest", report.digest.to_string());
  json.member("began", reports::iso_time(report.began))
      .member("ended", reports::iso_time(report.ended));
  json.member("events", report.events).member("refused_starts", report.refused_starts);
  json.member("interrupted", report.interrupted)
      .member("unfinished", report.unfinished)
      .member("passed", report.passed());
  if (report.resumed) json.member("resumed_at", reports::iso_time(report.resumed_at));
  const auto texts = [&](std::string_view name, const std::vector<std::string>& all) {
    json.key(name).begin_array();
    for (const std::string& each : all) json.value(each);
    json.end_array();
  };
  texts("overrides", output.options.overrides);
  texts("changes", report.changes);
  json.key("passed_over").begin_array();
  for (const scenarios::PassedOver& each : report.passed_over) {
    json.begin_object().member("route", each.route).member("count", each.count);
    json.member("first", each.first).member("last", each.last).end_object();
  }
  json.end_array();
  if (!report.record.empty()) json.member("record", report.record);
  if (!output.picture.empty()) json.member("picture", output.picture);
  json.key("thresholds").begin_array();
  for (const ThresholdResult& result : report.thresholds) {
    json.begin_object().member("threshold", result.threshold.text).member("passed", result.passed);
    json.key("measured");
    if (result.measured) {
      json.value(*result.measured);
    } else {
      json.null();
    }
    json.end_object();
  }
  json.end_array();
  json.key("metrics").begin_array();
  for (const auto& [key, value] : report.metrics->numbers()) {
    json.begin_object()
        .member("name", key.first)
        .member("label", key.second)
        .member("value", value)
        .end_object();
  }
  for (const auto& [key, histogram] : report.metrics->histograms()) {
    const auto seconds = [](std::int64_t ns) { return static_cast<double>(ns) / 1e9; };
    json.begin_object().member("name", key.first).member("label", key.second).member("unit", "s");
    json.member("count", histogram.count()).member("mean", seconds(histogram.mean()));
    json.member("p50", seconds(histogram.percentile(50)))
        .member("p90", seconds(histogram.percentile(90)));
    json.member("p95", seconds(histogram.percentile(95)))
        .member("p99", seconds(histogram.percentile(99)));
    json.member("min", seconds(histogram.min()))
        .member("max", seconds(histogram.max()))
        .end_object();
  }
  json.end_array();
  json.end_object();
  return json.take() + "\n";
}

std::string draw(const reports::RunView& run, const std::string& record, std::string path) {
  if (run.workflows().empty()) return {};
  if (path.empty()) path = std::filesystem::path(record).replace_extension(".svg").string();
  write_output(path, reports::draw_dag(reports::make_dag(run, choose_workflow(run, ""))));
  return path;
}

}  // namespace gnomon::cli
