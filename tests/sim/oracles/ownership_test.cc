#include "tests/sim/oracles/story.h"

namespace gnomon::sim {
namespace {

TEST(Ownership, CatchesACommitOfAFormerOwner) {
  Watch watch([](ShardId, DefinitionId) { return DefinitionPtr{}; });
  Commit commit;
  for (const auto& [fence, sequence] : {std::pair{2, 1}, {2, 2}, {1, 7}}) {
    commit.fence = static_cast<std::uint64_t>(fence);
    commit.sequence = static_cast<std::uint64_t>(sequence);
    watch.committed(commit);
  }
  ASSERT_EQ(watch.end({}).size(), 1u);
}

TEST(Ownership, CatchesARowOfAnotherShard) {
  Watch watch([](ShardId, DefinitionId) { return two_tasks(); });
  Commit commit;
  commit.fence = commit.sequence = 1;
  commit.attempts.push_back({.key = {make_workflow_id(3, 1), 0, 1}});
  watch.committed(commit);
  const auto violations = watch.end({});
  ASSERT_EQ(violations.size(), 1u);
  EXPECT_EQ(violations[0].oracle, "ownership");
}

}  // namespace
}  // namespace gnomon::sim
