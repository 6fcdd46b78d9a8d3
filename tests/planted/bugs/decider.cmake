bug(failure-lets-pass decider engine/workflow/node_decider.cc
    FIND [[return instance.definition->spec(node).on_failure == FailurePolicy::kContinueProcessing;]]
    PLANT [[return PLANTED || instance.definition->spec(node).on_failure == FailurePolicy::kContinueProcessing;]])
bug(condition-chooses-all decider engine/workflow/node_decider.cc
    FIND [[if (conditional && !chosen(instance, node, dependent)) {]]
    PLANT [[if (conditional && !PLANTED && !chosen(instance, node, dependent)) {]]
    LIKE "Airflow: a branch operator does not skip the branch not taken"
    WHERE https://github.com/apache/airflow/issues/53444)
bug(skipped-counts-as-run decider engine/workflow/node_decider.cc
    FIND [[const bool ran = instance.nodes[node].outcome != Outcome::kSkipped;]]
    PLANT [[const bool ran = PLANTED || instance.nodes[node].outcome != Outcome::kSkipped;]]
    LIKE "Argo: a task runs although what it depends on was skipped"
    WHERE https://github.com/argoproj/argo-workflows/issues/1386)
bug(joins-at-the-last-but-one decider engine/workflow/node_decider.cc
    FIND [[if (--state.waiting_for == 0) {]]
    PLANT [[if (--state.waiting_for == (PLANTED && instance.definition->dependencies(dependent).size() > 2 ? 1 : 0)) {]]
    LIKE "Conductor: a join completes before all of its forks are done"
    WHERE https://github.com/Netflix/conductor/issues/3317)
bug(cancels-children-only decider engine/workflow/node_decider.cc
    FIND [[      found.push_back(dependent);
      open.push_back(dependent);]]
    PLANT [[      found.push_back(dependent);
      if (!PLANTED) open.push_back(dependent);]])
bug(recovery-forgets-a-veto decider engine/workflow/node_decider.cc
    FIND [[          !chosen(instance, dependency, node)) {
        state.vetoed = true;]]
    PLANT [[          !chosen(instance, dependency, node)) {
        state.vetoed = !PLANTED;]]
    LIKE "Airflow: a skipped branch runs once it is cleared to run again"
    WHERE https://github.com/apache/airflow/pull/7276)
bug(recovery-counts-skipped-as-run decider engine/workflow/node_decider.cc
    FIND [[if (upstream.outcome == Outcome::kSkipped) continue;]]
    PLANT [[if (!PLANTED && upstream.outcome == Outcome::kSkipped) continue;]])
bug(recovery-waits-for-what-failed decider engine/workflow/node_decider.cc
    FIND [[if (upstream.phase != NodePhase::kFinished || !lets_pass(instance, dependency)) {]]
    PLANT [[if (upstream.phase != NodePhase::kFinished || !lets_pass(instance, dependency) ||
          (PLANTED && upstream.outcome != Outcome::kSucceeded)) {]])
bug(retry-runs-what-succeeded decider engine/workflow/node_decider.cc
    FIND [[if (state.phase != NodePhase::kFinished || !lets_pass(instance, node)) {]]
    PLANT [[if (state.phase != NodePhase::kFinished || !lets_pass(instance, node) || (PLANTED && node == 1)) {]]
    LIKE "Argo: retry also runs tasks that had succeeded"
    WHERE https://github.com/argoproj/argo-workflows/issues/14796)
bug(blocked-workflow-succeeds decider engine/workflow/node_decider.cc
    FIND [[if (instance.blocking > 0) return Outcome::kFailed;]]
    PLANT [[if (instance.blocking > 0 && !PLANTED) return Outcome::kFailed;]]
    LIKE "Argo: a workflow succeeds although some nodes failed"
    WHERE https://github.com/argoproj/argo-workflows/issues/6834)
bug(cancelled-workflow-succeeds decider engine/workflow/node_decider.cc
    FIND [[if (instance.cancel_requested) return Outcome::kCancelled;]]
    PLANT [[if (instance.cancel_requested && !PLANTED) return Outcome::kCancelled;]]
    LIKE "Argo: a stopped workflow ends as succeeded"
    WHERE https://github.com/argoproj/argo-workflows/issues/11163)
