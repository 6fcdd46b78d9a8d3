#pragma once

#include <memory>
#include <vector>

#include "sim/oracles/oracle.h"

namespace gnomon::sim {

/// No phase of a node is skipped or undone. A node that has succeeded never begins again; one that
/// ended otherwise only after RetryWorkflow.
std::unique_ptr<Oracle> node_life();
/// No node becomes READY before each node it depends on is FINISHED and lets it pass.
std::unique_ptr<Oracle> dependencies();
/// Each node runs or is skipped as those it depends on and their conditions say; a workflow ends
/// when no node could still run, as its failure policies say.
std::unique_ptr<Oracle> decisions();
/// No node starts in a workflow that is paused.
std::unique_ptr<Oracle> pausing();
/// After a cancel nothing new begins: no node starts but to be ended at that instant, no attempt is
/// launched; sub-workflows are cancelled with it.
std::unique_ptr<Oracle> cancellation();
/// The attempts at a node count up from 1 without gap, each launched under a key that no other had,
/// while the node runs; the end of each counts once. A later one comes only when, and as often as,
/// the node's retry policy says.
std::unique_ptr<Oracle> attempts();
/// No wait ends by its timer before it is due, no schedule fires before its instant; nothing that
/// is due is left behind by a shard that goes on.
std::unique_ptr<Oracle> timers();
/// A workflow ends once in each run of it, when none of its nodes is at work, and stays as it
/// ended; as many have started as have ended and live.
std::unique_ptr<Oracle> outcomes();
/// Commits of a shard carry a token that never falls; under one token they, and the events of all,
/// are numbered without gap; everything in them is of that shard.
std::unique_ptr<Oracle> ownership();
/// A place among a node's sub-workflows has one at a time, a map no more at once than it may; a
/// node ends as its sub-workflows did.
std::unique_ptr<Oracle> children();
/// The output of a workflow is what its expression makes of its nodes' outputs.
std::unique_ptr<Oracle> outputs();
/// No two workflows have the same idempotency key, and no event from outside is taken in twice.
std::unique_ptr<Oracle> keys();
/// Each signal is kept once, until it is taken; no wait ends by its timer while its signal is
/// there.
std::unique_ptr<Oracle> signals();
/// No attempt is handed to a runtime, and no client is told of a workflow, before it is durable;
/// what is durable is handed out.
std::unique_ptr<Oracle> effects();
/// A subscriber gets no event before it is durable; one that takes all gets each at least once, in
/// order.
std::unique_ptr<Oracle> subscribers();
/// Rows say of nodes and workflows what the events say.
std::unique_ptr<Oracle> rows();
/// Once faults have stopped, every workflow ends but those that wait for somebody.
std::unique_ptr<Oracle> termination();

std::vector<std::unique_ptr<Oracle>> all_oracles();

}  // namespace gnomon::sim
