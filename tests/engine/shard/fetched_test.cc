// Commands for a workflow that is over: the shard reads it back before it answers.

#include <gtest/gtest.h>

#include "tests/engine/small_world.h"

namespace gnomon::testing {
namespace {

/// Asks for a retry from the mailbox, and lets the reading end like that.
class Fetched : public ::testing::Test {
 protected:
  Outcomes& retry(const Error& error) {
    shard_.apply(Instant{}, Command{RetryWorkflow{kMailboxTicket | 7, WorkflowId{1}}});
    const std::uint64_t ticket = shard_.collect().fetches.at(0).ticket;
    shard_.collect().clear();
    WorkflowFetched answer;
    answer.ticket = ticket;
    answer.result = std::unexpected(error);
    shard_.apply(Instant{}, Answer{std::move(answer)});
    return shard_.collect();
  }

 private:
  NodeExecutors executors_;
  Shard shard_{{.workflow = {.tenants = {Tenant{}}}}, executors_};
};

TEST_F(Fetched, NotForTheMomentIsNoAnswer) {
  const Outcomes& outcomes = retry({ErrorKind::kDidNotHappen, "the disk has its moment"});
  EXPECT_TRUE(outcomes.decision.commit->answered.empty());
  ASSERT_EQ(outcomes.replies.size(), 1u);
  EXPECT_EQ(outcomes.replies[0].result.error().kind, ErrorKind::kDidNotHappen);
}

TEST_F(Fetched, NeverIsTheAnswer) {
  const Outcomes& outcomes = retry({ErrorKind::kCannotHappen, "the page is damaged"});
  ASSERT_EQ(outcomes.decision.commit->answered.size(), 1u);
  EXPECT_EQ(outcomes.decision.commit->answered[0].number, 7u);
  EXPECT_EQ(outcomes.decision.commit->answered[0].error, "the page is damaged");
}

TEST(Retry, OfARunThatWasRetriedChangesNothing) {
  SmallWorld world;
  world.fail("a", {ErrorClass::kPermanent}, /*for_ever=*/true);
  const auto id = world.start(define("w", "a"));
  world.run();
  ASSERT_EQ(world.outcome(id), "failed");
  EXPECT_EQ(world.ask(RetryWorkflow{0, id, 1}), id);
  EXPECT_EQ(world.ask(RetryWorkflow{0, id, 1}), id) << "while it runs again";
  world.run();
  EXPECT_EQ(world.ask(RetryWorkflow{0, id, 1}), id) << "when it has failed again";
  world.run();
  EXPECT_EQ(world.count(EventKind::kWorkflowRetried), 1u);
  EXPECT_EQ(world.ask(RetryWorkflow{0, id, 2}), id);
  world.run();
  EXPECT_EQ(world.count(EventKind::kWorkflowRetried), 2u);
}

}  // namespace
}  // namespace gnomon::testing
