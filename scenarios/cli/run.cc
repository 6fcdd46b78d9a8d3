#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "reports/text/escape.h"
#include "reports/text/json_writer.h"
#include "reports/text/style.h"
#include "reports/text/units.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/interrupt.h"
#include "scenarios/cli/record_input.h"
#include "scenarios/cli/run_output.h"
#include "scenarios/cli/scenario_input.h"
#include "scenarios/runner/run.h"

namespace gnomon::cli {
namespace {

/// One line on a terminal, kept up to date a few times a second; nothing elsewhere.
class ProgressLine {
 public:
  ~ProgressLine() { clear(); }

  void show(const scenarios::Progress& progress, Instant start) {
    if (!terminal_) return;
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + std::chrono::milliseconds(200);
    const std::string end =
        progress.end == kNever ? "" : " of " + reports::human(progress.end - start);
    fmt::print(stderr, "\r\x1b[K{}{}   {} events   {} workflows live",
               reports::human(progress.now - start), end, reports::human_count(progress.events),
               reports::human_count(progress.live_workflows));
    if (!progress.trouble.empty()) {
      fmt::print(stderr, "   {}; trying again", reports::clean(progress.trouble));
    }
    std::fflush(stderr);
    shown_ = true;
  }
  void clear() {
    if (shown_) fmt::print(stderr, "\r\x1b[K");
    shown_ = false;
  }

 private:
  bool terminal_ = isatty(STDERR_FILENO) != 0;
  bool shown_ = false;
  std::chrono::steady_clock::time_point next_;
};

struct RunArguments {
  ScenarioInput input;
  std::string seed;
  std::string world = "simulated";
  std::string record = "run.db";
  std::string picture;
  bool no_record = false;
  bool json = false;
  bool stand_ins = false;
  bool keep_running = false;
  double time_scale = 1;
};

void execute(const RunArguments& arguments) {
  scenarios::Scenario scenario = arguments.input.load();
  scenarios::RunOptions options;
  if (!arguments.seed.empty()) {
    options.seed = parse_seed(arguments.seed);
    if (!options.seed)
      stop(kUsage,
           fmt::format("--seed wants a whole number from 0 to 2^64-1, not '{}'", arguments.seed));
  }
  options.world =
      arguments.world == "real" ? scenarios::WorldKind::kReal : scenarios::WorldKind::kSimulated;
  const bool simulated = options.world == scenarios::WorldKind::kSimulated;
  const bool keep =
      !arguments.no_record && (!simulated || scenario.record != scenarios::RecordLevel::kNone);
  options.record = keep ? arguments.record : "";
  if (keep) {
    keep_input(arguments.input.path, options.record);
    std::error_code ignored;
    if (std::filesystem::exists(options.record, ignored) &&
        !std::filesystem::is_regular_file(options.record, ignored)) {
      stop(kUsage, fmt::format("{} is not a file: choose another record with -o", options.record));
    }
  }
  options.scenario_text = arguments.input.text();
  options.overrides = arguments.input.overrides;
  options.time_scale = arguments.time_scale;
  options.stand_ins = arguments.stand_ins;
  options.keep_running = arguments.keep_running;
  options.interrupted = &watch_for_interrupts();
  ProgressLine progress;
  const Instant start = scenario.start;
  Instant began = kUnset;
  options.progress = [&](const scenarios::Progress& now) {
    if (began == kUnset) began = simulated ? start : now.now;
    if (!now.news.empty()) {
      progress.clear();
      fmt::print(stderr, "gnomon: {}\n", reports::clean(now.news));
    }
    progress.show(now, began);
  };
  const auto wall_start = std::chrono::steady_clock::now();
  auto report = scenarios::run(scenario, options);
  const Duration wall = std::chrono::steady_clock::now() - wall_start;
  progress.clear();
  if (!report) stop(code_of(report.error()), report.error().message);

  RunOutput output{.scenario = scenario,
                   .options = options,
                   .report = *report,
                   .wall = wall,
                   .record = {},
                   .picture = {}};
  if (keep) {
    output.record = load_record(report->record);
    if (!report->interrupted && (!simulated || scenario.record == scenarios::RecordLevel::kFull))
      output.picture = draw(*output.record, report->record, arguments.picture);
  }
  for (const scenarios::PassedOver& each : report->passed_over) {
    fmt::print(stderr, "gnomon: route '{}' has passed over {}; the first: {}\n", each.route,
               each.count == 1 ? "an event" : fmt::format("events {} times", each.count),
               reports::clean(each.first));
  }
  if (arguments.json) {
    write_output("-", to_json(output));
  } else {
    write_output("-", to_text(output, reports::Style{reports::wants_colour(STDOUT_FILENO)}));
  }
  if (report->interrupted) leave(kInterrupted);
  if (!report->passed()) leave(kFailed);
}

}  // namespace

void add_run(CLI::App& app) {
  auto* command = app.add_subcommand("run", "Runs a scenario, simulated or for real");
  auto arguments = std::make_shared<RunArguments>();
  arguments->input.add_to(*command);
  command->add_option("--seed", arguments->seed,
                      "Seed of all random draws (default: the scenario's)");
  command
      ->add_option("--world", arguments->world,
                   "simulated (virtual clock) or real (wall clock, processes, SQLite)")
      ->check(CLI::IsMember({"simulated", "real"}))
      ->capture_default_str();
  command
      ->add_option("-o,--record", arguments->record,
                   "The run record to write; in the real world also the store")
      ->capture_default_str();
  command->add_flag("--no-record", arguments->no_record,
                    "Keep only the figures, no record (simulated world)");
  command
      ->add_option("--picture", arguments->picture,
                   "Where to draw the slowest workflow (default: the record's name with .svg)")
      ->check([](const std::string& path) {
        return path.ends_with(".svg")
                   ? std::string{}
                   : path + " is not a name for an SVG file; 'gnomon graph' draws DOT too";
      });
  command->add_flag("--json", arguments->json, "Print the result as JSON");
  command->add_flag("--stand-ins", arguments->stand_ins,
                    "Real world: pools that hold a slot for the drawn time, instead of processes");
  command->add_flag("--keep-running", arguments->keep_running,
                    "Real world: stay for what 'gnomon start' and the like send, until Ctrl-C");
  const CLI::Option* scale =
      command
          ->add_option("--time-scale", arguments->time_scale,
                       "Real world: wall seconds that a second of the scenario takes")
          ->check(CLI::Range(1e-6, 1e6))
          ->capture_default_str();
  command->footer(R"(Examples:
  gnomon run scenarios/library/ml-training.yaml
  gnomon run s.yaml --seed 7 --json
  gnomon run s.yaml --set runtimes.gpu.workers=64 --no-record
  gnomon run nightly-etl.yaml --world real -o etl.db   # run it again after a crash: it goes on
  gnomon run service.yaml --world real --keep-running  # and from elsewhere: gnomon start run.db ...
  gnomon run s.yaml --world real --stand-ins --time-scale 0.01)");
  command->callback([arguments, scale] {
    if (arguments->world == "real" && arguments->no_record) {
      stop(kUsage,
           "--no-record is for the simulated world: in the real one the record is the engine's "
           "store");
    }
    if (arguments->world != "real" && arguments->keep_running) {
      stop(kUsage,
           "--keep-running is for the real world: nobody can send anything to a simulated run");
    }
    if (arguments->world != "real" && (arguments->stand_ins || scale->count() > 0)) {
      stop(kUsage, fmt::format("{} is for the real world: add --world real",
                               arguments->stand_ins ? "--stand-ins" : "--time-scale"));
    }
    execute(*arguments);
  });
}

}  // namespace gnomon::cli
