#include <algorithm>
#include <set>

#include "scenarios/language/metric.h"
#include "scenarios/language/scenario_type.h"

namespace gnomon::scenarios {
namespace {

constexpr std::string_view kPreface = R"(# The scenario language

A scenario is one YAML 1.2 file (JSON will do) that says everything about a run: where actions run, what is run, how much
of it, what goes wrong, and what must hold. Workflows are written in a scenario as they are in production.

    gnomon validate FILE     all mistakes with line, column and what was probably meant
    gnomon schema            the JSON Schema of this language, for editors:
                             # yaml-language-server: $schema=scenario.schema.json
    gnomon run FILE --set runtimes.gpu.workers=64 --set 'faults[0].at=1h' --set 'workflows."a.b".timeout=5m'

This page, the schema and the decoder come from one table (`scenarios/language`); do not edit it by hand.

## Values

| | is written | |
|---|---|---|
| duration | `250ms`, `1.5h`, `1h30m`, `2d`, `1w` | units ns, us, ms, s, m, h, d, w, large before small; 0 needs none |
| instant | `2026-01-05T08:30:00Z`, `2026-01-05T09:30:00+01:00`, `2026-01-05` | RFC 3339; a date is its midnight in UTC |
| rate | `5/s`, `300/min`, `10/h`, `2/d` | |
| percentage | `20%`, or a number such as `0.2` | |
| size | `64KiB`, `10MB`, or a number of bytes | KB, MB, GB are powers of 1000; KiB, MiB, GiB of 1024 |
| jq | `.input.date`, `.nodes.train.output.loss < 0.1` | [jq](https://jqlang.org) without what would depend on the world or never end |
| any value, or jq | `{epochs: 10}`, `'{epochs: .input.n}'` | a string is jq, anything else a constant; the constant string a is `'"a"'` |
| threshold | `makespan p(95) < 30s`, `workflows failed rate < 1%`, `utilisation(gpu) > 60%` | metric, label, aggregate, comparison, bound |

Aggregates are p(0) to p(100), mean, min, max, median, count, sum and rate ([Metrics](#metrics)). Words are those of YAML 1.2: `no`, `off` and
`yes` are strings; readers of YAML 1.1, such as PyYAML, make dates of instants, which the schema takes as strings. A key
that stands twice is an error. Anchors and aliases work; merge keys and tags do not exist.

In jq over {input, nodes, workflow}, `.nodes` holds what a node waits for itself: the nodes in its `after` and the
conditions that choose it, each as {outcome, output, error}. Nodes further back are not there: name them in `after` too.
The `output` of a workflow sees all of its nodes. `.workflow` is {id, name, run}. A constant path that is never there,
such as `.inptu` or `.nodes.x` of no node that is seen, is a mistake.

The files of `include` are read first, relative to the file that names them; then this file's keys override theirs: maps
are merged key by key, everything else is replaced.
)";

/// What no key can say of itself.
constexpr std::string_view kMeanings = R"(
## Results of processes

A process reads its input as JSON from stdin; it stands in `GNOMON_INPUT` too. The result of one that ends with exit
code 0, such as `echo '{"rows": 42}'`, is

    {"exit_code": 0, "output": {"rows": 42}, "stderr": "", "stdout": "{\"rows\": 42}\n"}

`output` is there if stdout is one JSON value. Of stdout and of stderr `output_limit` bytes each are kept, of what is
longer its beginning and its end: then `stdout_dropped_bytes` or `stderr_dropped_bytes` says how many are gone, and there
is no `output` of a stdout that was cut. The node's `output` sees the result as `.result`; without that key the result is
the node's output, which nodes after it read:

    load: {task: {runtime: shell, argv: [./load]}, output: .result.output}
    check: {task: {runtime: shell, argv: [./check]}, after: load, input: '{rows: .nodes.load.output.rows}'}

Any other end is a failure, of the class that `exit_codes` says, and gives no output. `.nodes.load.error` is then a text
such as `exit code 75` or `killed by SIGKILL`, and after it what stderr ends with: ten lines at most. In the simulated
world the result is the `output` of the action's behaviour: `{output: {output: {rows: 42}}}` stands for that process.

## Events

Routes and subscribers are given events as CloudEvents 1.0 in JSON. Those from outside are what was published, to the
byte. One of the engine's own, which come in the order in which they happened in their shard:

    {"data": {"error_class": "transient", "kind": "node_end", "node": {"index": 3, "name": "load"}, "outcome": "failed",
              "reason": "exit code 75; stderr ends with:\noops", "sequence": 42, "shard": 0, "state": "FINISHED",
              "workflow": {"id": "1", "key": "t/0", "labels": {"team": "ads"}, "name": "etl", "tenant": "",
                           "version": "1"}},
     "datacontenttype": "application/json", "id": "0-42", "source": "/gnomon/shard/0", "specversion": "1.0",
     "subject": "etl/1/load", "time": "2026-01-05T00:00:20.250000000Z", "type": "gnomon.node_end"}

    failures: {source: engine, types: gnomon.node_end, filter: '.data.outcome == "failed"', handler: {start: alert}}

`type` is `gnomon.` and the kind. `data` always has kind, sequence and shard, and besides:

| kind | keys of `data` |
|---|---|
| `workflow_created`, `workflow_start`, `workflow_paused`, `workflow_resumed` | workflow, state |
| `workflow_cancel_requested` | workflow |
| `workflow_retried` | workflow, state, run (how often it was retried) |
| `workflow_end` | workflow, state, outcome; error_class and reason if it did not succeed |
| `node_ready`, `node_start` | workflow, node, state |
| `node_finishing` | workflow, node, state, outcome; error_class of a failure |
| `node_end` | workflow, node, state, outcome; error_class and reason of a failure |
| `action_launched` | workflow, node, attempt, runtime |
| `action_started` | workflow, node, attempt |
| `action_ended` | workflow, node, attempt, outcome; error_class and reason of a failure |
| `action_retry_scheduled` | workflow, node, delay_ns; attempt, outcome and error_class of the one that failed |
| `answer_ignored` | workflow, node, attempt, outcome |
| `signal_received` | workflow, signal (its name) |
| `timer_fired` | workflow, node |
| `schedule_fired` | schedule, due (the instant that it is for) |
| `schedule_missed` | schedule, missed (how many fires were not run); where its workflow could not be started, why stands behind the schedule's name |
| `definition_uploaded` | definition (its name) |
| `node_delayed` | workflow, node, delay_ns |
| `workflow_stuck` | workflow, idle_ns |
| `shard_hot` | load_percent |

`workflow` is {id, name, version, tenant}, with key, labels and parent {workflow, node} where it has them; its id is a
string. `node` is {index, name}. Inputs and outputs are not in events: they may be large.

## Wall clocks

A `cron` fires at every instant at which the clock on the wall of its zone reads what is named. A reading that the clock
skips brings no fire, one that comes twice brings two. `30 2 * * *` in Europe/Berlin has none on 29 March 2026, when
02:00 becomes 03:00, and two on 25 October, an hour apart, whose `.local` are `2026-10-25T02:30:00+02:00` and
`2026-10-25T02:30:00+01:00`. `0 * * * *` fires once in every real hour. Who wants exactly one fire a day names an hour
that is neither skipped nor repeated.
)";

constexpr std::string_view kMetricsPreface = R"(
## Metrics

What `thresholds` may name. A time takes every aggregate but rate, and without one is its mean. A count is taken as it
is; its rate is that label's share of all (`workflows failed rate < 1%`), or with a bound per second how often it
happened (`attempts rate > 5/s`). What a simulated world alone measures is not measured in the real one.

| metric | is | of a | |
|---|---|---|---|
)";

std::string metrics_text() {
  std::string text(kMetricsPreface);
  for (const Metric& metric : metrics()) {
    text += fmt::format("| `{}` | {} | {}{} | {} |\n", metric.name, to_string(metric.measure),
                        metric.label == Metric::LabelKind::kNone ? "" : to_string(metric.label),
                        metric.has_total ? "" : ", which it needs", metric.meaning);
  }
  return text;
}

std::string_view part_name(const Value& reference) {
  return std::string_view(reference.text).substr(std::string_view("#/$defs/").size());
}

std::string lowered(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

/// What a schema takes, in words: "list of [Route](#route)".
std::string type_text(const Value& schema) {
  if (const Value* reference = schema.find("$ref")) {
    const std::string_view name = part_name(*reference);
    return fmt::format("[{}](#{})", name, lowered(name));
  }
  if (const Value* title = schema.find("title")) return title->text;
  std::vector<std::string> words;
  if (const Value* choices = schema.find("anyOf")) {
    for (const Value& choice : choices->items) {
      const std::string word = type_text(choice);
      // A percentage may always be a number too; the list of values above says so.
      const bool is_said = word == "number" && !words.empty() &&
                           (words.front() == "percentage" || words.front() == "size");
      if (!is_said && std::find(words.begin(), words.end(), word) == words.end())
        words.push_back(word);
    }
    return joined(words, " or ");
  }
  if (const Value* options = schema.find("enum")) {
    for (const Value& option : options->items) words.push_back(fmt::format("`{}`", option.text));
    return joined(words, ", ");
  }
  if (const Value* items = schema.find("items")) return "list of " + type_text(*items);
  if (schema.find("prefixItems") != nullptr) return "pair";
  if (const Value* values = schema.find("additionalProperties"))
    return "map of " + type_text(*values);
  const Value* type = schema.find("type");
  if (type->kind == ValueKind::kList) return "string or number";
  const Value* least = schema.find("minimum");
  const bool has_bounds = least != nullptr && type->text != "string";
  if (has_bounds)
    return fmt::format("{} {} to {}", type->text, least->text, schema.find("maximum")->text);
  return type->text == "object" ? "map" : type->text;
}

/// Text for a cell of a table.
std::string in_cell(std::string text) {
  std::string cell;
  for (const char c : text) cell += c == '|' ? std::string("\\|") : std::string(1, c);
  return cell;
}

std::string field_row(const Member& property, const Value& part) {
  const Value* required = part.find("required");
  const bool is_required = required != nullptr &&
                           std::any_of(required->items.begin(), required->items.end(),
                                       [&](const Value& key) { return key.text == property.key; });
  const Value* absent = property.value.find("default");
  const std::string initially = is_required           ? "required"
                                : absent == nullptr   ? ""
                                : absent->is_scalar() ? fmt::format("`{}`", absent->text)
                                                      : fmt::format("`{}`", to_json(*absent));
  return fmt::format("| `{}` | {} | {} | {} |\n", property.key, in_cell(type_text(property.value)),
                     initially, in_cell(property.value.find("description")->text));
}

/// "One of ... is required." for each group of keys that exclude each other.
std::string groups_text(const Value& part) {
  std::string text;
  const Value* groups = part.find("allOf");
  if (groups == nullptr) return text;
  for (const Value& group : groups->items) {
    std::vector<std::string> keys;
    bool is_needed = true;
    for (const Value& choice : group.find("oneOf")->items) {
      if (const Value* required = choice.find("required")) {
        keys.push_back(fmt::format("`{}`", required->items.front().text));
      } else {
        is_needed = false;
      }
    }
    text +=
        fmt::format("{} of {}.\n", is_needed ? "Exactly one" : "At most one", joined(keys, ", "));
  }
  return text + '\n';
}

/// The names of the parts, each where it is first mentioned.
std::vector<std::string> parts_in_order(const Value& root, const Value& all) {
  std::vector<std::string> order;
  std::set<std::string, std::less<>> seen;
  const auto visit = [&](const auto& self, const Value& schema) -> void {
    for (const Member& member : schema.members) {
      if (member.key == "$ref" && seen.emplace(part_name(member.value)).second)
        order.emplace_back(part_name(member.value));
      if (member.key != "default" && member.key != "examples") self(self, member.value);
    }
    for (const Value& item : schema.items) self(self, item);
  };
  visit(visit, root);
  for (std::size_t i = 0; i < order.size(); ++i) visit(visit, *all.find(order[i]));
  return order;
}

/// YAML, indented as a block of code.
std::string block(std::string_view yaml) {
  std::string text;
  while (!yaml.empty()) {
    const std::size_t end = std::min(yaml.find('\n'), yaml.size());
    text += fmt::format("    {}\n", yaml.substr(0, end));
    yaml.remove_prefix(std::min(end + 1, yaml.size()));
  }
  return text;
}

}  // namespace

std::string language_reference() {
  SchemaDefinitions definitions;
  const Value root = scenario_type().schema(definitions);
  const Value all = definitions.all();
  std::string page = std::string(kPreface) + std::string(kMeanings) + metrics_text();
  for (const std::string& name : parts_in_order(root, all)) {
    const Value& part = *all.find(name);
    page += fmt::format("\n## {}\n\n{}\n\n", name, part.find("description")->text);
    const std::vector<Member>& properties = part.find("properties")->members;
    if (!properties.empty()) {
      page += groups_text(part) + "| key | type | default | |\n|---|---|---|---|\n";
      for (const Member& property : properties) page += field_row(property, part);
    }
    const std::string& example = definitions.parts().at(name).example;
    if (!example.empty()) page += '\n' + block(example);
  }
  return page;
}

}  // namespace gnomon::scenarios
