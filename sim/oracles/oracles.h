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
/// After a cancel nothing new begins: no node starts but to be ended at that instant, no attempt is
/// launched.
std::unique_ptr<Oracle> cancellation();
/// The attempts at a node count up from 1 without gap, each launched under a key that no other had,
/// while the node runs; the end of each counts once.
std::unique_ptr<Oracle> attempts();
/// No wait ends by its timer before it is due, no schedule fires before its instant.
std::unique_ptr<Oracle> timers();
/// A workflow ends once in each run of it, when none of its nodes is at work, and stays as it
/// ended; as many have started as have ended and live.
std::unique_ptr<Oracle> outcomes();
/// Commits of a shard carry a token that never falls; under one token they, and the events of all,
/// are numbered without gap; everything in them is of that shard.
std::unique_ptr<Oracle> ownership();
/// Rows say of nodes and workflows what the events say.
std::unique_ptr<Oracle> rows();
/// Once faults have stopped, every workflow ends but those that wait for somebody.
std::unique_ptr<Oracle> termination();

std::vector<std::unique_ptr<Oracle>> all_oracles();

}  // namespace gnomon::sim
