#include <charconv>

#include "scenarios/language/object.h"
#include "scenarios/language/policy_types.h"
#include "scenarios/language/setting_types.h"
#include "scenarios/language/workload_types.h"

namespace gnomon::scenarios {
namespace {

using ExitCodes = std::map<int, ErrorClass>;

Type<ExitCodes> exit_codes_type() {
  return converted<ExitCodes, std::map<std::string, ErrorClass>>(
      map_by_name(error_class_type()), [](std::map<std::string, ErrorClass>& by_text,
                                          const Value& value, Decoder& decoder, ExitCodes& out) {
        for (const auto& [text, error] : by_text) {
          int code = 0;
          const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), code);
          if (failure != std::errc{} || end != text.data() + text.size() || code < 1 ||
              code > 255) {
            decoder.error(value.place,
                          fmt::format("expected an exit code from 1 to 255, found '{}'", text));
            return false;
          }
          out.emplace(code, error);
        }
        return true;
      });
}

Type<ProcessSettings> process_type() {
  Object<ProcessSettings> object("Process", "Real processes on this machine, for the real world.");
  object
      .field("slots", &ProcessSettings::slots, whole<std::uint32_t>(1, 1 << 16),
             "Units that run at once.")
      .by_default("4");
  object
      .field("queue_limit", &ProcessSettings::queue_limit, whole<std::uint64_t>(0, 1'000'000),
             "Launches beyond it are refused.")
      .by_default("1000000");
  object.field("env", &ProcessSettings::environment, map_by_name(word()),
               "Environment of every process.");
  object.field("cwd", &ProcessSettings::directory, text(4096),
               "Working directory of tasks that name none.");
  object
      .field("output_limit", &ProcessSettings::output_bytes, size(80 << 10),
             "Kept of stdout, and of stderr.")
      .by_default("64KiB");
  object.field("grace", &ProcessSettings::grace, duration(), "From SIGTERM to SIGKILL.")
      .by_default("5s");
  object.field(
      "exit_codes", &ProcessSettings::exit_codes, exit_codes_type(),
      "What an exit code says of the failure; 75 is transient, above 128 lost, others permanent.");
  object.example("{slots: 8, exit_codes: {\"3\": transient}}");
  return std::move(object).type();
}

Type<RuntimeSettings> make_runtime_type() {
  using sim::PoolSettings;
  const auto in_pool = [](auto PoolSettings::* member) {
    return
        [member](RuntimeSettings& runtime, auto value) { runtime.pool.*member = std::move(value); };
  };
  const auto count = whole<std::uint32_t>(1, 1'000'000);
  Object<RuntimeSettings> object("Runtime",
                                 "Where actions run: workers of one kind, and a queue before them. "
                                 "In the simulated world all of it is simulated. "
                                 "In the real world, `process` runs real processes; a runtime "
                                 "without it holds a worker for the drawn time.");
  object.field("workers", in_pool(&PoolSettings::workers), count, "Workers.").by_default("1");
  object
      .field("units_per_worker", in_pool(&PoolSettings::units_per_worker), count,
             "Slots of a worker: GPUs of a machine, calls that a server takes at once.")
      .by_default("1");
  object.field("queue_limit", in_pool(&PoolSettings::queue_limit),
               optional(whole<std::uint64_t>(0, 1'000'000'000)),
               "Launches beyond it are refused; absent: none is.");
  object
      .field("launch_latency", in_pool(&PoolSettings::launch_latency), time_distribution(),
             "From the launch to the place in the queue.")
      .by_default("0");
  object
      .field("completion_latency", in_pool(&PoolSettings::completion_latency), time_distribution(),
             "From the end of the work to the answer, where the runtime pushes it.")
      .by_default("0");
  object.field("cold_start", in_pool(&PoolSettings::cold_start), optional(time_distribution()),
               "Added when the worker has no warm container for the action; absent: there are no "
               "containers.");
  object
      .field("keep_alive", in_pool(&PoolSettings::keep_alive), duration(),
             "A container stays warm that long after its last use.")
      .by_default("10m");
  object.field(
      "poll_interval", in_pool(&PoolSettings::poll_interval), optional(duration(1ms)),
      "The runtime does not push its completions; it is asked that often. Absent: it pushes.");
  object.field("otherwise", in_pool(&PoolSettings::otherwise), behaviour_type(),
               "Behaviour of actions that are not described.");
  object
      .field("cost_per_unit_hour", in_pool(&PoolSettings::cost_per_unit_hour), number(0, 1e9),
             "Of one slot, held or not.")
      .by_default("0");
  object.field("process", &RuntimeSettings::process, process_type(),
               "Runs real processes in the real world.");
  object.example(
      "workers: 16\nunits_per_worker: 8\nlaunch_latency: 200ms\ncold_start: {uniform: [20s, "
      "40s]}\nkeep_alive: 15m\n");
  object.check([](RuntimeSettings& runtime, const Value& value, Decoder&) {
    // Without a word about workers, the simulated runtime is as wide as the real one.
    if (runtime.process && value.find("workers") == nullptr)
      runtime.pool.workers = runtime.process->slots;
    return true;
  });
  return std::move(object).type();
}

}  // namespace

const Type<RuntimeSettings>& runtime_type() {
  static const Type<RuntimeSettings> type = make_runtime_type();
  return type;
}

}  // namespace gnomon::scenarios
