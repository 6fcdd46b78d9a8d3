#include "tests/sim/oracles/story.h"

namespace gnomon::sim {
namespace {

TEST(Outputs, CatchOneThatTheNodesDoNotMake) {
  const auto tell = [](std::string_view output) {
    DefinitionBuilder builder("w");
    builder.add_node("n", NodeSpec{.work = PassSpec{}});
    builder.set_output(*Expression::compile("[.nodes.n.output, .nodes.n.outcome, .input]"));
    Story story(*builder.build());
    story.ready(0).started(0).event(EventKind::kNodeFinishing, 0, Outcome::kSucceeded);
    story.event(EventKind::kNodeEnded, 0, Outcome::kSucceeded);
    story.row({.node = 0,
               .phase = NodePhase::kFinished,
               .outcome = static_cast<std::uint8_t>(Outcome::kSucceeded),
               .output = Payload{"7"}});
    story.over().row(WorkflowRow{.phase = WorkflowPhase::kFinished,
                                 .outcome = static_cast<std::uint8_t>(Outcome::kSucceeded),
                                 .input = Payload{"1"},
                                 .output = Payload{output}});
    return story.complaints(false);
  };
  EXPECT_EQ(tell(R"([7,"succeeded",1])"), Names{});
  EXPECT_EQ(tell(R"([null,"succeeded",1])"), Names{"outputs"});
}

}  // namespace
}  // namespace gnomon::sim
