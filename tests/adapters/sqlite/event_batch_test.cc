#include "adapters/sqlite/event_batch.h"

#include <gtest/gtest.h>
// RapidCheck prints what GoogleTest has declared.
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "adapters/sqlite/database.h"
#include "engine/model/policy.h"
#include "tests/contract/sample_rows.h"

namespace gnomon::adapters {
namespace {

using contract::shown;

bool read_all(const EventBatch& batch, std::string_view body, std::vector<Event>& events) {
  events.clear();
  return read_batch(batch, body, [&](Event&& event) {
    events.push_back(std::move(event));
    return true;
  });
}

rc::Gen<Event> any_event() {
  return rc::gen::apply(
      [](std::int64_t at, int kind, std::uint64_t workflow, NodeIndex node, std::uint32_t attempt,
         std::int64_t detail, const std::string& text, unsigned sparse) {
        Event event;
        event.at = from_ns(at);
        event.kind = static_cast<EventKind>(kind);
        if (sparse & 1) event.workflow = make_workflow_id(7, workflow);
        if (sparse & 2) event.node = node;
        if (sparse & 4) event.attempt = attempt;
        if (sparse & 8) event.outcome = static_cast<std::uint8_t>(attempt % 6);
        if (sparse & 16) event.error_class = static_cast<std::uint8_t>(attempt % kErrorClassCount);
        if (sparse & 32) event.detail = detail;
        if (sparse & 64) event.text = Payload{text};
        event.shard = 7;
        return event;
      },
      rc::gen::arbitrary<std::int64_t>(), rc::gen::inRange(0, static_cast<int>(kEventKindCount)),
      rc::gen::inRange<std::uint64_t>(1, std::uint64_t{1} << 48), rc::gen::arbitrary<NodeIndex>(),
      rc::gen::arbitrary<std::uint32_t>(), rc::gen::arbitrary<std::int64_t>(),
      rc::gen::container<std::string>(rc::gen::inRange<char>(-128, 127)),
      rc::gen::inRange<unsigned>(0, 128));
}

RC_GTEST_PROP(EventBatch, GivesBackWhatWasWritten, ()) {
  auto events = *rc::gen::nonEmpty(rc::gen::container<std::vector<Event>>(any_event()));
  std::uint64_t sequence = *rc::gen::inRange<std::uint64_t>(1, std::uint64_t{1} << 40);
  for (Event& event : events) event.sequence = sequence++;
  std::string body = "left over";
  const EventBatch batch = write_batch(events, body);
  std::vector<Event> read;
  RC_ASSERT(read_all(batch, body, read));
  RC_ASSERT(shown(read) == shown(events));
}

RC_GTEST_PROP(EventBatch, AnyDamageToABodyIsSeenOrHarmless, ()) {
  auto events = *rc::gen::nonEmpty(rc::gen::container<std::vector<Event>>(any_event()));
  std::uint64_t sequence = 1;
  for (Event& event : events) event.sequence = sequence++;
  std::string body;
  const EventBatch batch = write_batch(events, body);
  const auto at = *rc::gen::inRange<std::size_t>(0, body.size());
  body[at] = static_cast<char>(*rc::gen::arbitrary<unsigned char>());
  if (*rc::gen::arbitrary<bool>()) body.resize(at);
  std::vector<Event> read;
  if (read_all(batch, body, read)) RC_ASSERT(read.size() == events.size());
}

TEST(EventBatch, LeavesOutWhatIsNotSaid) {
  std::vector<Event> events(2);
  events[0].sequence = 41;
  events[0].at = from_ns(1000);
  events[0].kind = EventKind::kNodeReady;
  events[0].workflow = make_workflow_id(0, 5);
  events[0].node = 2;
  events[1] = events[0];
  events[1].sequence = 42;
  events[1].at = from_ns(1250);
  events[1].kind = EventKind::kActionLaunched;
  events[1].attempt = 1;
  std::string body;
  const EventBatch batch = write_batch(events, body);
  EXPECT_EQ(body, "[[0,7,5,2],[250,11,5,2,1]]");
  EXPECT_EQ(batch.id, 41);
  EXPECT_EQ(batch.last, 42u);
  EXPECT_EQ(batch.at, from_ns(1000));
  EXPECT_EQ(batch.until, from_ns(1250));
}

TEST(EventBatch, EndsWhereTheNumbersDo) {
  std::vector<Event> events(4);
  for (std::uint64_t i = 0; i < 4; ++i) events[i].sequence = i + 1;
  EXPECT_EQ(batch_length(events), 4u);
  events[2].sequence = 9;
  EXPECT_EQ(batch_length(events), 2u);
  events[1].shard = 1;
  EXPECT_EQ(batch_length(events), 1u);
}

TEST(EventBatch, IsJson) {
  Event event;
  event.sequence = 1;
  event.kind = EventKind::kExternal;
  std::string text;
  for (int c = 1; c < 128; ++c) text += static_cast<char>(c);
  event.text = Payload{text};
  std::string body;
  write_batch({&event, 1}, body);
  auto database = Database::open(":memory:", {});
  auto statement = database->prepare("SELECT json_valid(?1), ?1 ->> '$[0][8]'");
  statement->bind(0, std::string_view{body});
  ASSERT_TRUE(*statement->step());
  EXPECT_EQ(statement->integer(0), 1);
  EXPECT_EQ(statement->text(1), text);
}

TEST(EventBatch, RefusesWhatItWouldNotWrite) {
  const EventBatch one{1, 1, from_ns(0), from_ns(0)};
  std::vector<Event> read;
  EXPECT_TRUE(read_all(one, "[[0,7]]", read));
  for (const char* body : {"",
                           "[",
                           "[]",
                           "[[0,7]",
                           "[[0,7],]",
                           "[[0,7],[0,7]]",
                           "[[0]]",
                           "[[0,25]]",
                           "[[0,256]]",
                           "[[0,-1]]",
                           "[[9223372036854775808,7]]",
                           "[[0, 7]]",
                           "[[0,7]] ",
                           "[[0,7,1,4294967296]]",
                           "[[0,7,1,1,1,6]]",
                           "[[0,7,1,1,1,1,8]]",
                           "[[0,7,1,1,1,1,1,1,\"]]",
                           "[[0,7,1,1,1,1,1,1,\"\\\"]]",
                           "[[0,7,1,1,1,1,1,1,\"\\u00\"]]",
                           "[[0,7,1,1,1,1,1,1,\"\\u1234\"]]",
                           "[[0,7,1,1,1,1,1,1,\"a\",0]]",
                           "null"}) {
    EXPECT_FALSE(read_all(one, body, read)) << body;
  }
  EXPECT_FALSE(read_all({1, 2, from_ns(0), from_ns(0)}, "[[0,7]]", read))
      << "fewer than it should have";
}

}  // namespace
}  // namespace gnomon::adapters
