#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>

#include "engine/base/nearest_name.h"
#include "scenarios/cli/command.h"
#include "scenarios/runner/version.h"

namespace gnomon::cli {

void leave(ExitCode code) {
  throw CLI::RuntimeError(code);
}

void stop(ExitCode code, const std::string& message) {
  fmt::print(stderr, "gnomon: error: {}\n", message);
  leave(code);
}

namespace {

constexpr const char* kExamples = R"(Examples:
  gnomon run scenarios/library/ml-training.yaml              simulate a week; summary, thresholds, run.db
  gnomon run nightly-etl.yaml --world real                   real processes; survives kill -9
  gnomon run s.yaml --set runtimes.gpu.workers=64 --seed 7   another size, another seed
  gnomon signal run.db 17 approve                            to a run in the real world, from outside
  gnomon validate s.yaml                                     all mistakes at once
  gnomon graph run.db --workflow 1 -o dag.svg                what happened, as a picture
  gnomon diff a.db b.db                                      two runs: end states, order, times

Exit codes: 0 passed; 1 it did not succeed: a threshold, a test or a diff failed, a command was refused or not answered
in time, something could not be written; 2 it could not begin: usage, or input that is not valid, cannot be read or is in
use; 3 internal; 10 to 13 what check and replay found: safety, liveness, determinism, a crash; 130 interrupted.)";

/// A subcommand that does not exist is told as such, with the one that was probably meant.
void explain_unknown_subcommand(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  NearestName nearest(argv[1]);
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (sub->get_name() == argv[1]) return;
    nearest.consider(sub->get_name());
  }
  fmt::print(stderr, "gnomon: error: there is no command '{}'{}; 'gnomon --help' lists them\n",
             argv[1], nearest.hint());
  leave(kUsage);
}

int run_program(int argc, char** argv) {
  CLI::App app{"gnomon runs a workflow orchestrator on a clock of its own, or on the real one",
               "gnomon"};
  app.set_version_flag("--version", std::string{"gnomon "} + std::string{scenarios::kVersion});
  app.require_subcommand(1);
  app.footer(kExamples);
  app.get_formatter()->column_width(34);
  add_run(app);
  add_commands(app);
  add_validate(app);
  add_test(app);
  add_check(app);
  add_replay(app);
  add_explain(app);
  add_merge(app);
  add_verify(app);
  add_schema(app);
  add_import(app);
  add_show(app);
  add_graph(app);
  add_timeline(app);
  add_diff(app);
  add_export(app);
  try {
    explain_unknown_subcommand(app, argc, argv);
    app.parse(argc, argv);
  } catch (const CLI::RuntimeError& error) {
    return error.get_exit_code();
  } catch (const CLI::CallForHelp& error) {
    return app.exit(error);
  } catch (const CLI::CallForAllHelp& error) {
    return app.exit(error);
  } catch (const CLI::CallForVersion& error) {
    return app.exit(error);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "gnomon: error: {}\n", error.what());
    return kUsage;
  }
  return kPassed;
}

}  // namespace
}  // namespace gnomon::cli

int main(int argc, char** argv) {
  try {
    return gnomon::cli::run_program(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "gnomon: internal error: {}\n", error.what());
    return gnomon::cli::kInternal;
  }
}
