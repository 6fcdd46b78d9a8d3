#include "adapters/process/command.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model/definition.h"

namespace gnomon::adapters {
namespace {

Expected<Command> command_for(std::string_view params, std::string_view input = "",
                              const ProcessSettings& settings = {}) {
  const TaskSpec task{.runtime = "process", .params = Payload(params)};
  const Launch launch{
      .key = {make_workflow_id(0, 12), 3, 1}, .task = &task, .input = Payload(input)};
  return command_of(launch, settings);
}

std::string error_of(std::string_view params, std::string_view input = "") {
  const Expected<Command> command = command_for(params, input);
  if (command) return "none";
  EXPECT_EQ(command.error().kind, ErrorKind::kInvalid);
  return command.error().message;
}

using Texts = std::vector<std::string>;

bool has(const Command& command, std::string_view variable) {
  return std::ranges::find(command.environment, variable) != command.environment.end();
}
bool has_name(const Command& command, std::string_view name) {
  return std::ranges::any_of(command.environment, [&](const std::string& variable) {
    return variable.starts_with(std::string(name) + "=");
  });
}

TEST(Command, TakesArgumentsAsTheyAre) {
  const auto command = command_for(R"({"argv":["echo","$HOME; rm -rf *","","a\"b",5,-0.5]})");
  ASSERT_TRUE(command) << command.error().message;
  EXPECT_EQ(command->arguments, (Texts{"echo", "$HOME; rm -rf *", "", "a\"b", "5", "-0.5"}));
  EXPECT_EQ(command->directory, "");
  EXPECT_EQ(command->input, "");
}

TEST(Command, UsesAShellOnlyWhenAsked) {
  const auto command = command_for(R"({"shell":"a | b > c"})");
  ASSERT_TRUE(command) << command.error().message;
  EXPECT_EQ(command->arguments, (Texts{"/bin/sh", "-c", "a | b > c"}));
}

TEST(Command, TellsTheProcessWhatItRunsFor) {
  const auto command = command_for(R"({"argv":["x"]})", R"({"epochs":3})");
  ASSERT_TRUE(command) << command.error().message;
  EXPECT_EQ(command->environment,
            (Texts{"GNOMON_ATTEMPT=1", R"(GNOMON_INPUT={"epochs":3})", "GNOMON_KEY=w12.n3.a1",
                   "GNOMON_NODE=3", "GNOMON_WORKFLOW=12", "LANG=C.UTF-8",
                   "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}));
  EXPECT_TRUE(has(*command_for(R"({"argv":["x"]})"), "GNOMON_INPUT=null"));
}

TEST(Command, NamesTheNodeAsItsDefinitionDoes) {
  DefinitionBuilder builder("training");
  builder.add_node("fetch", NodeSpec{});
  builder.add_node("train", NodeSpec{});
  const auto definition = builder.build();
  ASSERT_TRUE(definition);
  const TaskSpec task{.params = Payload(R"({"argv":["x"]})")};
  const auto command = command_of(
      {.key = {make_workflow_id(0, 1), 1, 2}, .task = &task, .definition = definition->get()}, {});
  ASSERT_TRUE(command) << command.error().message;
  EXPECT_TRUE(has(*command, "GNOMON_NODE=train"));
  EXPECT_TRUE(has(*command, "GNOMON_ATTEMPT=2"));
}

TEST(Command, LetsTheMoreParticularVariableWin) {
  setenv("GNOMON_TEST_OUTER", "host", 1);
  setenv("LANG", "host", 1);
  ProcessSettings settings;
  settings.environment = {{"A", "settings"}, {"B", "settings"}, {"LANG", "settings"}};
  const auto plain = command_for(R"({"argv":["x"],"env":{"B":"task","N":7}})", "", settings);
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_TRUE(has(*plain, "A=settings"));
  EXPECT_TRUE(has(*plain, "B=task"));
  EXPECT_TRUE(has(*plain, "N=7"));
  EXPECT_FALSE(has_name(*plain, "GNOMON_TEST_OUTER"));
  EXPECT_FALSE(has_name(*plain, "PATH"));

  const auto inheriting = command_for(R"({"argv":["x"],"inherit_env":true})", "", settings);
  ASSERT_TRUE(inheriting) << inheriting.error().message;
  EXPECT_TRUE(has(*inheriting, "GNOMON_TEST_OUTER=host"));
  EXPECT_TRUE(has(*inheriting, "LANG=settings"));
  EXPECT_TRUE(has_name(*inheriting, "PATH"));
}

TEST(Command, GivesTheInputOnStdinUnlessTheTaskHasItsOwn) {
  EXPECT_EQ(command_for(R"({"argv":["x"]})", "[1,2]")->input, "[1,2]");
  EXPECT_EQ(command_for(R"({"argv":["x"],"stdin":"own\u0000"})", "[1,2]")->input,
            std::string("own\0", 4));
}

TEST(Command, GivesALongInputOnStdinOnly) {
  const std::string fits = "\"" + std::string(kMaxInputVariable - 2, 'a') + "\"";
  EXPECT_TRUE(has(*command_for(R"({"argv":["x"],"stdin":"own"})", fits), "GNOMON_INPUT=" + fits));
  const std::string longer = "\"" + std::string(kMaxInputVariable - 1, 'a') + "\"";
  const auto command = command_for(R"({"argv":["x"]})", longer);
  ASSERT_TRUE(command) << command.error().message;
  EXPECT_FALSE(has_name(*command, "GNOMON_INPUT"));
  EXPECT_EQ(command->input, longer);
  EXPECT_EQ(
      error_of(R"({"argv":["x"],"stdin":"own"})", longer),
      "stdin: is given, and the input has 32769 bytes, too many for GNOMON_INPUT; leave stdin "
      "out, and the input comes there");
}

TEST(Command, TakesADirectoryFromTheTaskOrTheSettings) {
  ProcessSettings settings;
  settings.directory = "/srv";
  EXPECT_EQ(command_for(R"({"argv":["x"]})", "", settings)->directory, "/srv");
  EXPECT_EQ(command_for(R"({"argv":["x"],"cwd":"/var"})", "", settings)->directory, "/var");
}

TEST(Command, SaysWhatIsWrongWithParams) {
  const std::string either = "give either 'argv', a list of strings, or 'shell', a command line";
  EXPECT_EQ(error_of(""), "params: expected an object with 'argv' or 'shell'");
  EXPECT_EQ(error_of("[]"), "params: expected an object with 'argv' or 'shell'");
  EXPECT_EQ(error_of("{"), "params: expected an object with 'argv' or 'shell'");
  EXPECT_EQ(error_of("{}"), either);
  EXPECT_EQ(error_of(R"({"argv":["x"],"shell":"x"})"), either);
  EXPECT_EQ(error_of(R"({"argv":["x"],"envs":{}})"), "unknown key 'envs' (did you mean 'env'?)");
  EXPECT_EQ(error_of(R"({"argv":[]})"), "argv: expected a list of strings, the program first");
  EXPECT_EQ(error_of(R"({"argv":"x y"})"), "argv: expected a list of strings, the program first");
  EXPECT_EQ(error_of(R"({"argv":[""]})"), "argv[0]: the program's name is empty");
  EXPECT_EQ(error_of(R"({"argv":["x",null]})"), "argv[1]: expected a string");
  EXPECT_EQ(error_of(R"({"argv":["x",["y"]]})"), "argv[1]: expected a string");
  EXPECT_EQ(error_of(R"({"shell":5})"), "shell: expected a string");
  EXPECT_EQ(error_of(R"({"argv":["x"],"env":[]})"), "env: expected an object of variables");
  EXPECT_EQ(error_of(R"({"argv":["x"],"env":{"A":true}})"), "env.A: expected a string");
  EXPECT_EQ(error_of(R"({"argv":["x"],"env":{"GNOMON_KEY":"y"}})"),
            "env.GNOMON_KEY: names that begin with GNOMON_ are gnomon's");
  for (const char* name : {R"("")", R"("A=B")", R"("A\u0000")"}) {
    EXPECT_EQ(error_of(R"({"argv":["x"],"env":{)" + std::string(name) + R"(:"y"}})"),
              "env: the name of a variable is empty, or holds '=' or NUL");
  }
  EXPECT_EQ(error_of(R"({"argv":["x"],"inherit_env":1})"), "inherit_env: expected true or false");
  EXPECT_EQ(error_of(R"({"argv":["x"],"cwd":""})"), "cwd: expected the path of a directory");
  EXPECT_EQ(error_of(R"({"argv":["x"],"cwd":1})"), "cwd: expected the path of a directory");
  EXPECT_EQ(error_of(R"({"argv":["x"],"stdin":1})"), "stdin: expected a string");
}

TEST(Command, RefusesWhatNoProgramCanBeGiven) {
  EXPECT_EQ(error_of(R"({"argv":["x","a\u0000b"]})"), "argv[1]: holds a NUL character");
  EXPECT_EQ(error_of(R"({"shell":"a\u0000b"})"), "shell: holds a NUL character");
  EXPECT_EQ(error_of(R"({"argv":["x"],"env":{"A":"\u0000"}})"), "env.A: holds a NUL character");
  EXPECT_EQ(error_of(R"({"argv":["x"],"cwd":"/a\u0000"})"), "cwd: holds a NUL character");
  const std::string longest(kMaxArgumentBytes, 'a');
  EXPECT_EQ(error_of(R"({"argv":["x",")" + longest + R"("]})"), "none");
  EXPECT_EQ(error_of(R"({"argv":["x",")" + longest + R"(a"]})"),
            "argv[1]: 131072 bytes long; at most 131071 are allowed");
  std::string many = R"({"argv":["x")";
  for (int i = 0; i < 8; ++i) many += ",\"" + longest + '"';
  EXPECT_TRUE(error_of(many + "]}").starts_with("arguments and environment take "));
}

}  // namespace
}  // namespace gnomon::adapters
