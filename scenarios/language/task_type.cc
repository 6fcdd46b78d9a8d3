#include "engine/expressions/json.h"
#include "scenarios/language/node_types.h"

namespace gnomon::scenarios {
namespace {

/// A task, with its parameters as they come in from several keys.
struct TaskText {
  TaskSpec task;
  std::vector<std::pair<std::string, Value>> params;
};

struct Units {
  std::uint32_t constant = 1;
  std::optional<Expression> expression;
};

Type<Units> units_type() {
  return either(as<Units>(whole<std::uint32_t>(1, TaskSpec::kMaxUnits),
                          [](std::uint32_t units) { return Units{units, std::nullopt}; }),
                as<Units>(expression({"input"}),
                          [](Expression units) { return Units{1, std::move(units)}; }));
}

Value string_list(const std::vector<std::string>& words) {
  Value list = Value::list({});
  for (const std::string& each : words) list.items.push_back(Value::string(each));
  return list;
}

/// The last part of a path: the action that a command is called by.
std::string last_part(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

bool finish(TaskText& text, const Value& value, Decoder& decoder) {
  const Value* units = value.find("units");
  if (units != nullptr && !text.task.units_expression)
    decoder.use_units(text.task.runtime, text.task.units, units->place);
  const Value* argv = value.find("argv");
  if (value.find("action") == nullptr) {
    if (argv == nullptr && value.find("shell") == nullptr) {
      decoder.error(value.place, "missing key 'action'");
      return false;
    }
    text.task.action = argv == nullptr ? "shell" : last_part(argv->items.front().text);
  }
  Value params = value.find("params") != nullptr ? *value.find("params") : Value::map({});
  for (auto& [key, param] : text.params) {
    if (const Value* twice = params.find(key)) {
      decoder.error(twice->place, fmt::format("'{}' stands beside 'params' already", key));
      return false;
    }
    params.add(key, std::move(param));
  }
  if (params.members.empty()) return true;
  Expected<Payload> json = canonical_json(to_json(params));
  if (!json) {
    decoder.error(value.place, json.error().message);
    return false;
  }
  text.task.params = *std::move(json);
  return true;
}

Type<TaskSpec> make_task_type() {
  const auto param = [](std::string key, auto make) {
    return [key, make](TaskText& text, auto value) {
      text.params.emplace_back(key, make(std::move(value)));
    };
  };
  const auto as_string = [](const std::string& each) { return Value::string(each); };
  const auto as_map = [](const std::map<std::string, std::string>& words) {
    Value map = Value::map({});
    for (const auto& [key, each] : words) map.add(key, Value::string(each));
    return map;
  };
  Object<TaskText> object("Task", "Work for a runtime, reached through the ActionService.");
  object
      .field(
          "runtime", [](TaskText& text, std::string name) { text.task.runtime = std::move(name); },
          name_of(NameKind::kRuntime), "Where it runs: one of `runtimes`.")
      .required();
  object.field(
      "action", [](TaskText& text, std::string name) { text.task.action = std::move(name); },
      text(256),
      "What to run, in the runtime's words; absent, it is the command's name, or `shell`.");
  object
      .field(
          "units",
          [](TaskText& text, Units units) {
            text.task.units = units.constant;
            text.task.units_expression = std::move(units.expression);
          },
          units_type(),
          "Slots held at once while it runs, all or none: 8 GPUs; or as a string jq over {input}, "
          "the node's.")
      .by_default("1");
  object.field(
      "params", [](TaskText&, const Payload&) {}, json_object(),
      "Constant parameters for the runtime.");
  object.field("argv", param("argv", string_list), list_of(word(), 1, 10'000),
               "Of a process: the command and its arguments.");
  object.field("env", param("env", as_map), map_by_name(word()),
               "Of a process: variables added to its environment.");
  object.field("cwd", param("cwd", as_string), text(4096), "Of a process: where it starts.");
  object.field("stdin", param("stdin", as_string), text(1 << 20),
               "Of a process: what it reads; absent: the node's input.");
  object.field("shell", param("shell", as_string), text(128 << 10),
               "Of a process, instead of argv: a command line for /bin/sh.");
  object.field("inherit_env", param("inherit_env", [](bool on) { return Value::boolean(on); }),
               boolean(), "Of a process: whether it sees gnomon's own environment; absent: no.");
  object.at_most_one({"argv", "shell"});
  object.example("{runtime: gpu, action: train, units: 8, params: {epochs: 10}}");
  object.check(finish);
  return as<TaskSpec>(std::move(object).type(), [](TaskText text) { return std::move(text.task); });
}

}  // namespace

Type<TaskSpec> task_type() {
  static const Type<TaskSpec> type = make_task_type();
  return type;
}

}  // namespace gnomon::scenarios
