bug(starts-while-paused nodes engine/workflow/node_life.cc
    FIND [[if (state.phase != NodePhase::kReady || instance.phase != WorkflowPhase::kRunning) return;]]
    PLANT [[if (state.phase != NodePhase::kReady || (!PLANTED && instance.phase != WorkflowPhase::kRunning)) return;]]
    LIKE "Temporal: a paused workflow is given its next task"
    WHERE https://github.com/temporalio/temporal/issues/10239)
bug(a-timer-outlives-its-node nodes engine/workflow/node_life.cc
    FIND [[set_timer(node.ref(), kNever);]]
    PLANT [[if (!PLANTED) set_timer(node.ref(), kNever);]])
bug(forgets-outputs nodes engine/workflow/node_life.cc
    FIND [[if (!run.active.output.empty()) instance.outputs[node] = run.active.output;]]
    PLANT [[if (!run.active.output.empty() && !PLANTED) instance.outputs[node] = run.active.output;]]
    LIKE "Argo: outputs of a node that succeeded are missing"
    WHERE https://github.com/argoproj/argo-workflows/issues/14497)
bug(policy-of-timeouts-ignored nodes engine/workflow/node_life.cc
    FIND [[if (outcome != Outcome::kFailed && outcome != Outcome::kTimedOut) return;]]
    PLANT [[if (outcome != Outcome::kFailed && (PLANTED || outcome != Outcome::kTimedOut)) return;]])
bug(attempts-start-over nodes engine/workflow/node_life.cc
    FIND [[active.action.attempt = active.action.attempts_before = state.attempt;]]
    PLANT [[active.action.attempt = active.action.attempts_before = PLANTED ? 0 : state.attempt;]])
