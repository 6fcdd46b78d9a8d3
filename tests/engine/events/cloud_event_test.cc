#include "engine/events/cloud_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "engine/expressions/json.h"
#include "tests/engine/events/fakes.h"

namespace gnomon {
namespace {

using ::testing::HasSubstr;

WorkflowNames train() {
  DefinitionBuilder builder("train", "3");
  builder.add_node("preprocess", NodeSpec{});
  builder.add_node("fit", NodeSpec{.work = TaskSpec{.runtime = "gpu", .action = "train"}});
  WorkflowNames names;
  names.definition = *builder.build();
  names.tenant = "ads";
  names.key = "nightly/1";
  names.labels = Payload{R"({"team":"ads"})"};
  names.parent = {make_workflow_id(0, 9), 4};
  return names;
}

Event node_end() {
  Event event = an_event(EventKind::kNodeEnded, "exit code 1: \"no\" space\n");
  event.sequence = 17;
  event.shard = 2;
  event.at = from_ns(1'772'366'405'250'000'001);
  event.workflow = make_workflow_id(2, 12);
  event.node = 1;
  event.attempt = 3;
  event.outcome = static_cast<std::uint8_t>(Outcome::kFailed);
  event.error_class = static_cast<std::uint8_t>(ErrorClass::kTransient);
  return event;
}

/// Every kind of event there is, with and without names.
std::vector<Payload> all_kinds() {
  const WorkflowNames names = train();
  std::vector<Payload> events;
  for (std::size_t i = 0; i < kEventKindCount; ++i) {
    Event event = node_end();
    event.kind = static_cast<EventKind>(i);
    if (event.kind == EventKind::kExternal) event.text = external("/blob", "created").text;
    event.detail = 1;
    events.push_back(cloud_event(event, &names));
    events.push_back(cloud_event(event, nullptr));
    if (event.kind == EventKind::kExternal) continue;
    Event bare;
    bare.kind = event.kind;
    bare.sequence = 1;
    events.push_back(cloud_event(bare, nullptr));
  }
  return events;
}

// CHECKLIST 71: node_end, and why the node failed.
TEST(CloudEvent, TellsWhatAnEventMeansInWords) {
  const WorkflowNames names = train();
  EXPECT_EQ(cloud_event(node_end(), &names).text(),
            R"({"data":{"attempt":3,"error_class":"transient","kind":"node_end",)"
            R"("node":{"index":1,"name":"fit"},"outcome":"failed",)"
            R"("reason":"exit code 1: \"no\" space\n","sequence":17,"shard":2,"state":"FINISHED",)"
            R"("workflow":{"id":"562949953421324","key":"nightly/1","labels":{"team":"ads"},)"
            R"("name":"train","parent":{"node":4,"workflow":"9"},"tenant":"ads","version":"3"}},)"
            R"("datacontenttype":"application/json","id":"2-17","source":"/gnomon/shard/2",)"
            R"("specversion":"1.0","subject":"train/562949953421324/fit",)"
            R"("time":"2026-03-01T12:00:05.250000001Z","type":"gnomon.node_end"})");
}

TEST(CloudEvent, NamesWhatIsParticularToItsKind) {
  const WorkflowNames names = train();
  const auto of = [&](EventKind kind, std::string_view path) {
    Event event = node_end();
    event.kind = kind;
    event.detail = kind == EventKind::kTimerFired ? 0 : 1'500'000'000;
    event.text = Payload{"text"};
    return field(cloud_event(event, &names).text(), path);
  };
  EXPECT_EQ(of(EventKind::kActionLaunched, ".data.runtime"), "gpu");
  EXPECT_EQ(of(EventKind::kActionRetryScheduled, ".data.delay_ns"), "1500000000");
  EXPECT_EQ(of(EventKind::kNodeDelayed, ".data.delay_ns"), "1500000000");
  EXPECT_EQ(of(EventKind::kWorkflowStuck, ".data.idle_ns"), "1500000000");
  EXPECT_EQ(of(EventKind::kShardHot, ".data.load_percent"), "1500000000");
  EXPECT_EQ(of(EventKind::kWorkflowRetried, ".data.run"), "1500000000");
  EXPECT_EQ(of(EventKind::kScheduleMissed, ".data.missed"), "1500000000");
  EXPECT_EQ(of(EventKind::kScheduleFired, ".data.due"), "1970-01-01T00:00:01.500000000Z");
  EXPECT_EQ(of(EventKind::kScheduleFired, ".data.schedule"), "text");
  EXPECT_EQ(of(EventKind::kSignalReceived, ".data.signal"), "text");
  EXPECT_EQ(of(EventKind::kDefinitionUploaded, ".data.definition"), "text");
  EXPECT_EQ(of(EventKind::kActionEnded, ".data.reason"), "text");
  EXPECT_EQ(of(EventKind::kTimerFired, ".data.node.name"), "preprocess");
  EXPECT_EQ(of(EventKind::kNodeStarted, ".data.state"), "RUNNING");
  EXPECT_EQ(of(EventKind::kWorkflowPaused, ".data.state"), "PAUSED");
}

TEST(CloudEvent, IsCanonicalJson) {
  for (const Payload& event : all_kinds()) {
    if (event.text().starts_with(R"({"specversion")")) continue;  // a client's own
    EXPECT_EQ(canonical_json(event.text())->text(), event.text());
  }
}

TEST(CloudEvent, PassesItsOwnCheck) {
  for (const Payload& event : all_kinds()) {
    const auto checked = check_cloud_event(event);
    EXPECT_TRUE(checked) << checked.error().message << "\n" << event.text();
  }
}

TEST(CloudEvent, PassesOnWhatAClientPublishedToTheByte) {
  Event event = an_event(EventKind::kExternal, "{ \"id\": 12345678901234567890 }");
  EXPECT_EQ(cloud_event(event, nullptr).text(), "{ \"id\": 12345678901234567890 }");
}

TEST(CloudEvent, CutsALongReasonAndReplacesWhatIsNotUtf8) {
  Event event = node_end();
  event.text = Payload{std::string(1 << 20, '\xff')};
  const Payload text = cloud_event(event, nullptr);
  EXPECT_LT(text.text().size(), std::size_t{200'000});
  EXPECT_TRUE(canonical_json(text.text()));
}

TEST(CloudEvent, NumbersANodeThatItsDefinitionDoesNotHave) {
  const WorkflowNames names = train();
  Event event = node_end();
  event.node = 77;
  EXPECT_EQ(field(cloud_event(event, &names).text(), ".subject"), "train/562949953421324/77");
}

// The specification's own schema, by somebody else's validator.
TEST(CloudEvent, IsValidByTheSchemaOfTheSpecification) {
  if (std::system("python3 -c 'import jsonschema' 2>/dev/null") != 0) {
    GTEST_SKIP() << "needs python3-jsonschema";
  }
  const std::string command =
      "python3 -W ignore -c \"\n"
      "import json, jsonschema, sys\n"
      "schema = json.load(open(sys.argv[1]))\n"
      "validator = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())\n"
      "count = 0\n"
      "for line in sys.stdin:\n"
      "    validator.validate(json.loads(line))\n"
      "    count += 1\n"
      "sys.exit(count if count < 100 else 99)\n"
      "\" " GNOMON_SOURCE_DIR "/tests/engine/events/data/cloudevents-1.0-schema.json";
  std::FILE* validator = ::popen(command.c_str(), "w");
  ASSERT_NE(validator, nullptr);
  const std::vector<Payload> events = all_kinds();
  for (const Payload& event : events) {
    std::fprintf(validator, "%s\n", std::string(event.text()).c_str());
  }
  const int status = ::pclose(validator);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), static_cast<int>(events.size()));
}

TEST(CheckCloudEvent, SaysWhatIsMissingOrWrong) {
  const auto problem = [](std::string_view text) {
    const auto checked = check_cloud_event(Payload{text});
    return checked ? std::string{} : checked.error().message;
  };
  constexpr std::string_view kGood =
      R"({"specversion":"1.0","id":"1","source":"/s","type":"t","myext":5,"time":null})";
  EXPECT_EQ(problem(kGood), "");
  EXPECT_EQ(problem(R"([1])"), "not a CloudEvent 1.0: it must be an object");
  EXPECT_EQ(problem(""), "not a CloudEvent 1.0: it must be an object");
  EXPECT_THAT(problem("{"), HasSubstr("a CloudEvent must be JSON: "));
  EXPECT_EQ(problem(R"({"specversion":"1.0","source":"/s","type":"t"})"),
            "not a CloudEvent 1.0: `id` must be a string that is not empty");
  EXPECT_EQ(problem(R"({"specversion":"1.0","id":7,"source":"/s","type":"t"})"),
            "not a CloudEvent 1.0: `id` must be a string that is not empty");
  EXPECT_EQ(problem(R"({"specversion":"1.0","id":"1","source":"","type":"t"})"),
            "not a CloudEvent 1.0: `source` must be a string that is not empty");
  EXPECT_EQ(problem(R"({"specversion":"0.3","id":"1","source":"/s","type":"t"})"),
            "not a CloudEvent 1.0: `specversion` must be \"1.0\"");
  EXPECT_EQ(problem(R"({"specversion":"1.0","id":"1","source":"/s","type":"t","subject":""})"),
            "not a CloudEvent 1.0: `subject` must be a string that is not empty");
  EXPECT_EQ(problem(R"({"specversion":"1.0","id":"1","source":"/s","type":"t","my_ext":1})"),
            "not a CloudEvent 1.0: attribute names have only a-z and 0-9, unlike `my_ext`");
  EXPECT_EQ(problem(R"({"specversion":"1.0","id":"1","source":"/s","type":"t","ext":{}})"),
            "not a CloudEvent 1.0: `ext` must not be an object or an array");
  EXPECT_EQ(
      problem(
          R"({"specversion":"1.0","id":"1","source":"/s","type":"t","data":1,"data_base64":""})"),
      "not a CloudEvent 1.0: `data` and `data_base64` must not both be there");
}

TEST(Rfc3339, WritesAnyInstantInUtcWithNanoseconds) {
  EXPECT_EQ(rfc3339(from_ns(0)), "1970-01-01T00:00:00.000000000Z");
  EXPECT_EQ(rfc3339(from_ns(951'782'400'000'000'001)), "2000-02-29T00:00:00.000000001Z");
  EXPECT_EQ(rfc3339(from_ns(-1)), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(rfc3339(kNever), "2262-04-11T23:47:16.854775807Z");
  EXPECT_EQ(rfc3339(kUnset), "1677-09-21T00:12:43.145224192Z");
}

TEST(PlainText, UndoesTheEscapesOfCanonicalJson) {
  std::string all;
  for (int c = 1; c < 256; ++c) {
    if (c < 128) all += static_cast<char>(c);
  }
  all += "\u00e9\U0001f600";
  EXPECT_EQ(plain_text(Payload{json_string(all)}), all);
  EXPECT_EQ(plain_text(Payload{"12"}), "12");
  EXPECT_EQ(plain_text(Payload{}), "null");
  EXPECT_EQ(plain_text(Payload{"\"\\"}), "");
}

}  // namespace
}  // namespace gnomon
