#include "engine/events/workflow_names.h"

#include <gtest/gtest.h>

#include <set>

namespace gnomon {
namespace {

class SomeDefinitions final : public Definitions {
 public:
  DefinitionPtr definition(DefinitionId id) const override {
    asked.insert(id);
    return nullptr;
  }
  mutable std::set<DefinitionId> asked;
};

WorkflowRow row(std::uint64_t number, NodeRef parent = {}, Payload labels = {}) {
  WorkflowRow row;
  row.id = make_workflow_id(0, number);
  row.definition = static_cast<DefinitionId>(number);
  row.parent = parent;
  row.labels = std::move(labels);
  return row;
}

TEST(WorkflowDirectory, NotesAWorkflowOnceUntilItIsForgotten) {
  const SomeDefinitions definitions;
  WorkflowDirectory directory(definitions);
  const WorkflowNamesPtr names = directory.note(row(1));
  EXPECT_EQ(directory.note(row(1)), names);
  EXPECT_EQ(directory.read(row(1)), names);
  EXPECT_EQ(directory.find(row(1).id), names);
  EXPECT_EQ(definitions.asked.size(), 1u);
  directory.forget(row(1).id);
  EXPECT_EQ(directory.find(row(1).id), nullptr);
  EXPECT_EQ(directory.size(), 0u);
}

TEST(WorkflowDirectory, ReadsAWorkflowThatIsOverWithoutNotingIt) {
  const SomeDefinitions definitions;
  WorkflowDirectory directory(definitions);
  ASSERT_NE(directory.read(row(3)), nullptr);
  EXPECT_TRUE(definitions.asked.contains(3));
  EXPECT_EQ(directory.size(), 0u);
}

TEST(WorkflowDirectory, CountsTheRoutesThatLedToAWorkflowAndToItsChildren) {
  const SomeDefinitions definitions;
  WorkflowDirectory directory(definitions);
  EXPECT_EQ(directory.note(row(1))->hops, 0u);
  EXPECT_EQ(directory.note(row(2, {}, Payload{R"({"team":"a"})"}))->hops, 0u);
  EXPECT_EQ(directory.note(row(3, {}, route_labels(12, "loop")))->hops, 12u);
  EXPECT_EQ(directory.note(row(4, {row(3).id, 0}))->hops, 12u);
  EXPECT_EQ(directory.note(row(5, {row(4).id, 0}))->hops, 12u);
  EXPECT_EQ(directory.note(row(6, {}, Payload{R"({"event_hops":"many"})"}))->hops, 0u);
  EXPECT_EQ(directory.note(row(7, {}, Payload{R"({"event_hops":)"}))->hops, 0u);
}

}  // namespace
}  // namespace gnomon
