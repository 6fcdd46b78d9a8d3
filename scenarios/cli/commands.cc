#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>

#include "adapters/sqlite/record_reader.h"
#include "adapters/tzdata/zones.h"
#include "engine/base/digest.h"
#include "engine/events/cloud_event.h"
#include "engine/events/route.h"
#include "engine/expressions/json.h"
#include "scenarios/cli/command.h"
#include "scenarios/cli/send.h"
#include "scenarios/language/file_reader.h"
#include "scenarios/language/scenario.h"
#include "scenarios/runner/mailbox_client.h"

namespace gnomon::cli {
namespace {

constexpr const char* kJsonHelp = " (JSON, or @FILE)";

/// The JSON that the user gives for `option`, itself or as @FILE, in canonical form.
Payload parse_json(const char* option, const std::string& text) {
  std::string json = text;
  std::string where = option;
  if (text.starts_with('@')) {
    where = text.substr(1);
    const auto read = scenarios::DiskFiles{}.read(where, kMaxJsonBytes);
    if (!read) stop(kUsage, fmt::format("{}: {}", where, read.error().message));
    json = *read;
  }
  auto parsed = canonical_json(json);
  if (!parsed) stop(kUsage, fmt::format("{}: {}", where, parsed.error().message));
  return std::move(*parsed);
}

Payload parse_labels(const std::string& text) {
  Payload labels = parse_json("--labels", text);
  if (auto checked = scenarios::check_labels(labels); !checked) {
    stop(kUsage, fmt::format("--labels: {}", checked.error().message));
  }
  return labels;
}

void add_start(CLI::App& app) {
  struct Arguments {
    SendArguments sending;
    std::string workflow, input, key, tenant, labels;
    int priority = 0;
  };
  auto* command = app.add_subcommand("start", "Starts a workflow in a run of the real world");
  auto arguments = std::make_shared<Arguments>();
  arguments->sending.add_to(*command);
  command->add_option("WORKFLOW", arguments->workflow, "Name of the workflow")->required();
  command->add_option("--input", arguments->input, std::string{"Its input"} + kJsonHelp);
  command->add_option("--key", arguments->key,
                      "Idempotency key: a second start under it gives the first workflow");
  command->add_option("--tenant", arguments->tenant, "For whom it runs");
  command->add_option("--labels", arguments->labels,
                      std::string{"An object of strings"} + kJsonHelp);
  command->add_option("--priority", arguments->priority, "Higher goes first")
      ->check(CLI::Range(INT16_MIN, INT16_MAX));
  command->footer(R"(Examples:
  gnomon start run.db nightly-etl --input '{"day": "2026-03-01"}' --key etl/2026-03-01
  gnomon start run.db train --input @config.json --priority 5 --json
  gnomon run service.yaml --world real --keep-running    # a run that stays for such commands)");
  command->callback([arguments] {
    const SendArguments& sending = arguments->sending;
    CommandRow row{.kind = CommandKind::kStart, .name = arguments->workflow};
    row.key = arguments->key;
    row.tenant = arguments->tenant;
    row.priority = static_cast<std::int16_t>(arguments->priority);
    if (!arguments->input.empty()) row.payload = parse_json("--input", arguments->input);
    if (!arguments->labels.empty()) row.labels = parse_labels(arguments->labels);
    check_definition(sending.record, row.name);
    send(sending, std::move(row));
  });
}

void add_signal(CLI::App& app) {
  struct Arguments {
    SendArguments sending;
    std::string workflow, name, payload, key;
  };
  auto* command =
      app.add_subcommand("signal", "Sends a signal to a workflow of a run in the real world");
  auto arguments = std::make_shared<Arguments>();
  arguments->sending.add_to(*command);
  command->add_option("ID", arguments->workflow, "Number or key of the workflow")->required();
  command->add_option("NAME", arguments->name, "Name of the signal")->required();
  command->add_option("--payload", arguments->payload,
                      std::string{"What the wait gives as its output"} + kJsonHelp);
  command->add_option("--key", arguments->key,
                      "Idempotency key: a second signal under it changes nothing");
  command->footer(R"(Examples:
  gnomon signal run.db 17 approve
  gnomon signal run.db 17 approve --payload '{"by": "ann"}' --wait 30s)");
  command->callback([arguments] {
    CommandRow row{.kind = CommandKind::kSignal, .name = arguments->name};
    row.key = arguments->key;
    if (!arguments->payload.empty()) row.payload = parse_json("--payload", arguments->payload);
    row.workflow = find_workflow(arguments->sending.record, arguments->workflow, row);
    send(arguments->sending, std::move(row));
  });
}

/// A command that needs no more than the workflow it is for.
void add_plain(CLI::App& app, CommandKind kind, const char* help, const char* examples) {
  struct Arguments {
    SendArguments sending;
    std::string workflow;
  };
  auto* command = app.add_subcommand(std::string{to_string(kind)}, help);
  auto arguments = std::make_shared<Arguments>();
  arguments->sending.add_to(*command);
  command->add_option("ID", arguments->workflow, "Number or key of the workflow")->required();
  command->footer(examples);
  command->callback([arguments, kind] {
    CommandRow row{.kind = kind};
    row.workflow = find_workflow(arguments->sending.record, arguments->workflow, row);
    send(arguments->sending, std::move(row));
  });
}

/// By which a CloudEvent is told from all others: its source and its id, of whatever length.
std::string event_key(const Payload& event) {
  const Payload names[] = {json_field(event, "source").value_or(Payload{}),
                           json_field(event, "id").value_or(Payload{})};
  Digest digest;
  digest.add(json_array(names).text());
  return digest.to_string();
}

std::string random_id() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

/// Whether it is certain that no route or subscriber of the run takes events of that source and
/// type. It is not where the scenario in the record is not whole: what it includes stands
/// elsewhere.
bool nobody_takes(const std::string& record, const EventAttributes& event) {
  auto reader = adapters::RecordReader::open(record);
  if (!reader) return false;
  const auto facts = reader->facts();
  if (!facts || !facts->overrides) return false;
  const scenarios::MemoryFiles files({{"scenario", facts->scenario_text}});
  const auto scenario =
      scenarios::load_scenario("scenario", *facts->overrides, files, adapters::find_zone);
  if (!scenario) return false;
  const auto takes = [&](const auto& reader_of_events) {
    const Route& route = reader_of_events.route;
    const auto is_named = [&](const std::string& type) { return glob_matches(type, event.type); };
    return glob_matches(route.source, event.source) &&
           (route.types.empty() || std::ranges::any_of(route.types, is_named));
  };
  return std::ranges::none_of(scenario->routes, takes) &&
         std::ranges::none_of(scenario->subscribers, takes);
}

void add_publish(CLI::App& app) {
  struct Arguments {
    SendArguments sending;
    std::string event, source, type, data, subject, id;
  };
  auto* command = app.add_subcommand(
      "publish", "Publishes an event, for the routes of a run in the real world");
  auto arguments = std::make_shared<Arguments>();
  arguments->sending.add_to(*command);
  auto* event = command->add_option("--event", arguments->event,
                                    std::string{"A whole CloudEvent 1.0"} + kJsonHelp);
  const auto attribute = [&](const char* name, std::string& value, const std::string& help) {
    command->add_option(name, value, help)->excludes(event);
  };
  attribute("--source", arguments->source, "Where it happened, as a URI reference: /files/landing");
  attribute("--type", arguments->type, "What happened: file.arrived");
  attribute("--data", arguments->data, std::string{"Its data"} + kJsonHelp);
  attribute("--subject", arguments->subject, "What it happened to");
  attribute("--id", arguments->id, "Unique in its source: published once (default: a random one)");
  command->footer(R"(Examples:
  gnomon publish run.db --source /files/landing --type file.arrived --data '{"name": "a.csv"}'
  gnomon publish run.db --source /db/orders --type row.changed --id 4711   # twice: published once
  gnomon publish run.db --event @event.json)");
  command->callback([arguments] {
    CommandRow row{.kind = CommandKind::kPublish};
    if (!arguments->event.empty()) {
      row.payload = parse_json("--event", arguments->event);
    } else if (arguments->source.empty() || arguments->type.empty()) {
      stop(kUsage, "which event? Give --source and --type, or the whole of it with --event");
    } else {
      JsonObject made;
      if (!arguments->data.empty()) made.add("data", parse_json("--data", arguments->data));
      made.add_string("id", arguments->id.empty() ? random_id() : arguments->id)
          .add_string("source", arguments->source)
          .add_string("specversion", "1.0");
      if (!arguments->subject.empty()) made.add_string("subject", arguments->subject);
      row.payload = made.add_string("type", arguments->type).payload();
    }
    if (auto checked = check_cloud_event(row.payload); !checked) {
      stop(kUsage, checked.error().message);
    }
    row.key = event_key(row.payload);
    const EventAttributes published = must(attributes_of(row.payload));
    send(arguments->sending, std::move(row));
    if (nobody_takes(arguments->sending.record, published)) {
      fmt::print(stderr,
                 "gnomon: note: no route or subscriber of this run takes events of the source '{}' "
                 "and the type '{}'; it is kept in the record all the same\n",
                 published.source, published.type);
    }
  });
}

}  // namespace

void add_commands(CLI::App& app) {
  add_start(app);
  add_signal(app);
  add_plain(app, CommandKind::kCancel, "Cancels a workflow of a run in the real world",
            R"(Examples:
  gnomon cancel run.db 17            nothing new starts; what runs is asked to end
  gnomon cancel run.db etl/2026-03-01)");
  add_plain(app, CommandKind::kPause, "Pauses a workflow of a run in the real world",
            R"(Examples:
  gnomon pause run.db 17             what runs ends; nothing new starts until 'gnomon resume'
  gnomon pause run.db 17 --no-wait)");
  add_plain(app, CommandKind::kResume, "Lets a paused workflow go on",
            "Examples:\n  gnomon resume run.db 17\n  gnomon resume run.db 17 --json");
  add_plain(app, CommandKind::kRetry, "Runs again what did not succeed in a workflow that is over",
            R"(Examples:
  gnomon retry run.db 17             if the run is over too: then run it again, it goes on
  gnomon retry run.db 17 --json)");
  add_publish(app);
}

}  // namespace gnomon::cli
