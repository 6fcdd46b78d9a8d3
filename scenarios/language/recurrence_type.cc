#include "scenarios/language/recurrence_type.h"

#include "engine/expressions/json.h"
#include "scenarios/language/object.h"
#include "scenarios/language/policy_types.h"
#include "scenarios/language/scalars.h"
#include "scenarios/language/yaml.h"

namespace gnomon::scenarios {
namespace {

/// In a stored schedule, the key of an input that is an expression: there, `input` is a constant,
/// as it was when only constants were known.
constexpr const char* kStoredExpression = "input_expression";

struct RecurrenceText {
  std::optional<Value> cron;
  std::optional<Duration> every;
  Zone zone;
  std::optional<Instant> start;
  std::optional<Instant> end;
};

Type<Zone> zone_type() {
  return converted<Zone, std::string>(
      text(256), [](std::string& name, const Value& value, Decoder& decoder, Zone& out) {
        Expected<Zone> zone = decoder.find_zone(name);
        if (!zone) {
          decoder.error(value.place, zone.error().message);
          return false;
        }
        out = *std::move(zone);
        return true;
      });
}

/// A cron expression, held against the calendar of UTC at once: its mistakes are its own, whatever
/// else is wrong.
Type<Value> cron_type() {
  return converted<Value, std::string>(
      text(256), [](std::string& cron, const Value& value, Decoder& decoder, Value& out) {
        const Expected<Recurrence> made = Recurrence::cron(cron, Zone{});
        if (!made) decoder.error(value.place, made.error().message);
        out = value;
        return made.has_value();
      });
}

template <typename T>
void add_recurrence_fields(Object<T>& object, RecurrenceText T::* text_of) {
  const auto store = [text_of](auto RecurrenceText::* member) {
    return [text_of, member](T& out, auto value) { out.*text_of.*member = std::move(value); };
  };
  object.field(
      "cron", store(&RecurrenceText::cron), cron_type(),
      "minute hour day month weekday, optionally with seconds before; or @daily and its like.");
  object.field("every", store(&RecurrenceText::every), duration(1ms),
               "At this interval from `start` on, or else from 1970.");
  object.field("zone", store(&RecurrenceText::zone), zone_type(),
               "Time zone of `cron`, such as Europe/Berlin; absent: UTC.");
  object.field("start", store(&RecurrenceText::start), instant(), "Not before.");
  object.field("end", store(&RecurrenceText::end), instant(), "Not from then on.");
  object.exactly_one({"cron", "every"}).at_most_one({"zone", "every"});
}

bool make(const RecurrenceText& text, const Value& value, Decoder& decoder, Recurrence& out) {
  const Instant start = text.start.value_or(Instant{});
  const Instant end = text.end.value_or(kNever);
  if (end <= start) {
    decoder.error(value.find("end")->place, "the end is not after the start");
    return false;
  }
  Expected<Recurrence> made = text.cron ? Recurrence::cron(text.cron->text, text.zone)
                                        : Recurrence::every(*text.every, start);
  if (!made) {
    decoder.error(text.cron ? text.cron->place : value.place, made.error().message);
    return false;
  }
  out = text.start || text.end ? made->within(start, end) : *std::move(made);
  return true;
}

struct RecurrenceOnly {
  RecurrenceText text;
};

struct ScheduleText {
  ScheduleSettings settings;
  RecurrenceText recurrence;
};

/// The text of a schedule as it is stored.
Value stored(Value schedule) {
  for (Member& member : schedule.members) {
    if (member.key == "input" && member.value.kind == ValueKind::kString)
      member.key = kStoredExpression;
  }
  return schedule;
}

/// Brings a stored schedule back to the text of a schedule. Gives its input where that is a
/// constant string, which the language has no word for.
std::optional<Payload> restore(Value& schedule) {
  std::optional<Payload> constant;
  const Value* input = schedule.find("input");
  if (input != nullptr && input->kind == ValueKind::kString) {
    constant = Payload(to_json(*input));
    std::erase_if(schedule.members, [](const Member& member) { return member.key == "input"; });
  }
  for (Member& member : schedule.members) {
    if (member.key == kStoredExpression) member.key = "input";
  }
  return constant;
}

Type<ScheduleSettings> make_schedule_type() {
  const auto in_schedule = [](auto Schedule::* member) {
    return [member](ScheduleText& text, auto value) {
      text.settings.schedule.*member = std::move(value);
    };
  };
  Object<ScheduleText> object("Schedule", "Starts a workflow again and again (TimerService).");
  object
      .field("workflow", in_schedule(&Schedule::workflow), name_of(NameKind::kWorkflow),
             "The workflow; its newest version at each fire.")
      .required();
  add_recurrence_fields(object, &ScheduleText::recurrence);
  object
      .field(
          "missed",
          [](ScheduleText& text, MissedFires::Policy policy) {
            text.settings.schedule.missed.policy = policy;
          },
          one_of<MissedFires::Policy>({{"skip", MissedFires::Policy::kSkip},
                                       {"once", MissedFires::Policy::kOnce},
                                       {"all", MissedFires::Policy::kAll}}),
          "What becomes of fires that were due while nobody could run them: none, the latest, the "
          "latest `limit` runs.")
      .by_default("once");
  object
      .field(
          "limit",
          [](ScheduleText& text, std::uint32_t limit) {
            text.settings.schedule.missed.limit = limit;
          },
          whole<std::uint32_t>(1, 10'000), "Of missed fires that are run.")
      .by_default("100");
  object
      .field(
          "tolerance",
          [](ScheduleText& text, Duration late) { text.settings.schedule.missed.tolerance = late; },
          duration(), "A fire that is late by no more than this is not missed.")
      .by_default("1m");
  object.field("tenant", in_schedule(&Schedule::tenant), name_of(NameKind::kTenant),
               "Whose the workflow is.");
  object.field("labels", in_schedule(&Schedule::labels), labels_type(), "To search by.");
  object.field(
      "input",
      [](ScheduleText& text, Given given) {
        text.settings.schedule.input = std::move(given.constant);
        text.settings.schedule.input_expression = std::move(given.expression);
      },
      given({"at", "local", "schedule", "seconds"}),
      "Of the workflow: a constant, or as a string jq over {at, local, schedule, seconds} of the "
      "fire that it is for: `at` such as 2026-03-29T00:30:00Z, `local` the same by the clock of "
      "`zone` (2026-03-29T01:30:00+01:00), `seconds` since 1970. It is the same for a fire that "
      "comes late, was missed, or is backfilled.");
  object
      .field("priority", in_schedule(&Schedule::priority), priority_type(),
             "Higher is served first.")
      .by_default("0");
  object
      .field("paused", in_schedule(&Schedule::paused), boolean(), "Whether it is paused at first.")
      .by_default("false");
  object.field(
      "backfill",
      [](ScheduleText& text, const std::vector<Instant>& ends) {
        text.settings.backfill.emplace(ends[0], ends[1]);
      },
      list_of(instant(), 2, 2), "Run it for every instant of [from, to) too, at the start.");
  object.example(
      "{workflow: nightly, cron: '0 3 * * *', zone: Europe/Berlin, input: '{day: .local[:10]}', "
      "missed: all, backfill: [2026-01-01, 2026-01-04]}");
  object.check([](ScheduleText& text, const Value& value, Decoder& decoder) {
    Schedule& schedule = text.settings.schedule;
    schedule.source = Payload(to_json(stored(value)));
    if (!decoder.scope.empty()) schedule.name = decoder.scope.back();
    return make(text.recurrence, value, decoder, schedule.recurrence);
  });
  return as<ScheduleSettings>(std::move(object).type(),
                              [](ScheduleText text) { return std::move(text.settings); });
}

}  // namespace

Type<Recurrence> recurrence_type() {
  Object<RecurrenceOnly> object("Recurrence", "Instants by the calendar.");
  add_recurrence_fields(object, &RecurrenceOnly::text);
  object.example("{cron: '*/15 9-17 * * 1-5', zone: America/New_York}");
  return converted<Recurrence, RecurrenceOnly>(
      std::move(object).type(),
      [](RecurrenceOnly& only, const Value& value, Decoder& decoder, Recurrence& out) {
        return make(only.text, value, decoder, out);
      });
}

const Type<ScheduleSettings>& schedule_type() {
  static const Type<ScheduleSettings> type = make_schedule_type();
  return type;
}

Expected<Schedule> decode_schedule(std::string_view name, std::string_view json,
                                   const ZoneLookup& zones) {
  Diagnostics diagnostics;
  const std::uint16_t source = diagnostics.add_source(std::string(name), std::string(json));
  YamlBudget budget;
  std::optional<Value> value = read_yaml(source, diagnostics, budget);
  ScheduleSettings settings;
  if (value) {
    const std::optional<Payload> constant = restore(*value);
    const MemoryFiles no_files({});
    Decoder decoder(diagnostics, no_files, zones);
    decoder.scope.emplace_back(name);
    schedule_type().read(*value, decoder, settings);
    if (constant) settings.schedule.input = *constant;
    settings.schedule.source = Payload(std::string(json));
  }
  if (!diagnostics.empty()) return invalid(diagnostics.to_string());
  return std::move(settings.schedule);
}

Type<Payload> labels_type() {
  return as<Payload>(map_by_name(word()), [](const std::map<std::string, std::string>& labels) {
    JsonObject object;
    for (const auto& [key, label] : labels) object.add_string(key, label);
    return labels.empty() ? Payload{} : object.payload();
  });
}

}  // namespace gnomon::scenarios
