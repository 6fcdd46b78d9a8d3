#include "adapters/process/command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

#include "engine/base/nearest_name.h"
#include "engine/model/definition.h"

namespace gnomon::adapters {
namespace {

using Json = nlohmann::json;
using Variables = std::map<std::string, std::string, std::less<>>;

constexpr std::string_view kReserved = "GNOMON_";

/// A string that a program can be given: without NUL, and not too long.
Expected<std::string> text_at(const Json& value, const std::string& where) {
  std::string text;
  if (value.is_string()) {
    text = value.get_ref<const std::string&>();
  } else if (value.is_number()) {
    text = value.dump();
  } else {
    return invalid(fmt::format("{}: expected a string", where));
  }
  if (text.find('\0') != std::string::npos) {
    return invalid(fmt::format("{}: holds a NUL character", where));
  }
  if (text.size() > kMaxArgumentBytes) {
    return invalid(fmt::format("{}: {} bytes long; at most {} are allowed", where, text.size(),
                               kMaxArgumentBytes));
  }
  return text;
}

Expected<void> check_keys(const Json& params) {
  constexpr auto kKeys =
      std::to_array<std::string_view>({"argv", "shell", "env", "inherit_env", "cwd", "stdin"});
  for (const auto& [key, value] : params.items()) {
    NearestName nearest(key);
    bool known = false;
    for (const std::string_view candidate : kKeys) {
      known = known || candidate == key;
      nearest.consider(candidate);
    }
    if (!known) return invalid(fmt::format("unknown key '{}'{}", key, nearest.hint()));
  }
  return {};
}

Expected<std::vector<std::string>> read_arguments(const Json& params) {
  const auto shell = params.find("shell");
  const auto argv = params.find("argv");
  if ((shell == params.end()) == (argv == params.end())) {
    return invalid("give either 'argv', a list of strings, or 'shell', a command line");
  }
  if (shell != params.end()) {
    if (!shell->is_string()) return invalid("shell: expected a string");
    Expected<std::string> line = text_at(*shell, "shell");
    if (!line) return std::unexpected(line.error());
    return std::vector<std::string>{"/bin/sh", "-c", std::move(*line)};
  }
  if (!argv->is_array() || argv->empty()) {
    return invalid("argv: expected a list of strings, the program first");
  }
  std::vector<std::string> arguments;
  arguments.reserve(argv->size());
  for (std::size_t i = 0; i < argv->size(); ++i) {
    Expected<std::string> argument = text_at((*argv)[i], fmt::format("argv[{}]", i));
    if (!argument) return std::unexpected(argument.error());
    arguments.push_back(std::move(*argument));
  }
  if (arguments.front().empty()) return invalid("argv[0]: the program's name is empty");
  return arguments;
}

Expected<void> add_own_variables(const Json& params, Variables& variables) {
  const auto env = params.find("env");
  if (env == params.end()) return {};
  if (!env->is_object()) return invalid("env: expected an object of variables");
  for (const auto& [name, value] : env->items()) {
    if (name.empty() || name.find_first_of(std::string_view("=\0", 2)) != std::string::npos) {
      return invalid("env: the name of a variable is empty, or holds '=' or NUL");
    }
    if (name.starts_with(kReserved)) {
      return invalid(fmt::format("env.{}: names that begin with {} are gnomon's", name, kReserved));
    }
    Expected<std::string> text = text_at(value, fmt::format("env.{}", name));
    if (!text) return std::unexpected(text.error());
    variables.insert_or_assign(name, std::move(*text));
  }
  return {};
}

void inherit_variables(Variables& variables) {
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    variables.insert_or_assign(std::string(text.substr(0, equals)),
                               std::string(text.substr(equals + 1)));
  }
}

void add_attempt(const Launch& launch, Variables& variables) {
  const ActionKey& key = launch.key;
  variables["GNOMON_KEY"] = text_of(key);
  variables["GNOMON_WORKFLOW"] = fmt::format("{}", value_of(key.workflow));
  variables["GNOMON_NODE"] = launch.definition == nullptr
                                 ? fmt::format("{}", key.node)
                                 : std::string(launch.definition->node_name(key.node));
  variables["GNOMON_ATTEMPT"] = fmt::format("{}", key.attempt);
  variables.erase("GNOMON_INPUT");
  if (launch.input.json().size() <= kMaxInputVariable) {
    variables["GNOMON_INPUT"] = launch.input.json();
  }
}

Expected<void> check_size(const Command& command) {
  std::size_t bytes = 0;
  for (const auto* strings : {&command.arguments, &command.environment}) {
    for (const std::string& text : *strings) bytes += text.size() + 1 + sizeof(char*);
  }
  if (bytes <= kMaxArgumentsBytes) return {};
  return invalid(fmt::format("arguments and environment take {} bytes; at most {} are allowed",
                             bytes, kMaxArgumentsBytes));
}

}  // namespace

std::string text_of(const ActionKey& key) {
  return fmt::format("w{}.n{}.a{}", value_of(key.workflow), key.node, key.attempt);
}

Expected<Command> command_of(const Launch& launch, const ProcessSettings& settings) {
  const Json params = Json::parse(launch.task->params.json(), nullptr, false);
  if (!params.is_object()) return invalid("params: expected an object with 'argv' or 'shell'");
  if (const Expected<void> known = check_keys(params); !known) {
    return std::unexpected(known.error());
  }

  Command command;
  Expected<std::vector<std::string>> arguments = read_arguments(params);
  if (!arguments) return std::unexpected(arguments.error());
  command.arguments = std::move(*arguments);

  Variables variables;
  if (const auto inherit = params.find("inherit_env"); inherit != params.end()) {
    if (!inherit->is_boolean()) return invalid("inherit_env: expected true or false");
    if (inherit->get<bool>()) inherit_variables(variables);
  }
  for (const auto& [name, value] : settings.environment) variables.insert_or_assign(name, value);
  if (const Expected<void> added = add_own_variables(params, variables); !added) {
    return std::unexpected(added.error());
  }
  add_attempt(launch, variables);
  for (const auto& [name, value] : variables) {
    command.environment.push_back(fmt::format("{}={}", name, value));
  }

  command.directory = settings.directory;
  if (const auto cwd = params.find("cwd"); cwd != params.end()) {
    if (!cwd->is_string() || cwd->get_ref<const std::string&>().empty()) {
      return invalid("cwd: expected the path of a directory");
    }
    Expected<std::string> path = text_at(*cwd, "cwd");
    if (!path) return std::unexpected(path.error());
    command.directory = std::move(*path);
  }

  if (const auto text = params.find("stdin"); text != params.end()) {
    if (!text->is_string()) return invalid("stdin: expected a string");
    if (launch.input.json().size() > kMaxInputVariable) {
      return invalid(
          fmt::format("stdin: is given, and the input has {} bytes, too many for GNOMON_INPUT; "
                      "leave stdin out, and the input comes there",
                      launch.input.json().size()));
    }
    command.input = text->get_ref<const std::string&>();
  } else {
    command.input = launch.input.text();
  }

  if (const Expected<void> fits = check_size(command); !fits) return std::unexpected(fits.error());
  return command;
}

}  // namespace gnomon::adapters
