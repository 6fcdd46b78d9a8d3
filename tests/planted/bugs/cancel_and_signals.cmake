bug(cancel-skips-ready-nodes cancel engine/workflow/workflow_life.cc
    FIND [[      case NodePhase::kPending:
      case NodePhase::kReady:
        pass_through(instance, node, cancelled);
        break;]]
    PLANT [[      case NodePhase::kPending:
      case NodePhase::kReady:
        if (PLANTED && instance.nodes[node].phase == NodePhase::kReady) break;
        pass_through(instance, node, cancelled);
        break;]]
    LIKE "Argo: stop leaves the pods that wait for resources to run"
    WHERE https://github.com/argoproj/argo-workflows/issues/10896)
bug(cancel-skips-pending-nodes cancel engine/workflow/workflow_life.cc
    FIND [[const NodeResult cancelled{Outcome::kCancelled, ErrorClass::kNone,
                             Payload{"the workflow was cancelled"}};
  for (NodeIndex node = 0; node < instance.nodes.size(); ++node) {]]
    PLANT [[const NodeResult cancelled{Outcome::kCancelled, ErrorClass::kNone,
                             Payload{"the workflow was cancelled"}};
  for (NodeIndex node = 0; node < instance.nodes.size(); ++node) {
    if (PLANTED && instance.nodes[node].phase == NodePhase::kPending) continue;]]
    LIKE "Argo: terminate leaves nodes open, the DAG counts as running"
    WHERE https://github.com/argoproj/argo-workflows/issues/2956)
bug(cancel-spares-running-nodes cancel engine/workflow/workflow_life.cc
    FIND [[executors_.find(run.spec)->cancel(run, *this);]]
    PLANT [[if (!PLANTED) executors_.find(run.spec)->cancel(run, *this);]]
    LIKE "Airflow: a run past its timeout fails, its tasks go on"
    WHERE https://github.com/apache/airflow/issues/12912)
bug(cancel-forgotten-after-a-crash cancel engine/workflow/workflow_recovery.cc
    FIND [[instance->cancel_requested = row.cancel_requested;]]
    PLANT [[instance->cancel_requested = row.cancel_requested && !PLANTED;]])
bug(cancel-not-sent-again cancel engine/workflow/workflow_recovery.cc
    FIND [[if (run.active.cancel_requested && instance.nodes[node].phase == NodePhase::kRunning) {]]
    PLANT [[if (!PLANTED && run.active.cancel_requested && instance.nodes[node].phase == NodePhase::kRunning) {]])
bug(pause-is-not-durable cancel engine/workflow/workflow_life.cc
    FIND [[    instance->phase = WorkflowPhase::kPaused;
    mark(*instance);]]
    PLANT [[    instance->phase = WorkflowPhase::kPaused;
    if (!PLANTED) mark(*instance);]])
bug(resume-forgets-ready-nodes cancel engine/workflow/workflow_life.cc
    FIND [[if (state.phase != NodePhase::kReady) continue;
      const bool skip]]
    PLANT [[if (PLANTED || state.phase != NodePhase::kReady) continue;
      const bool skip]]
    LIKE "Temporal: unpause creates no task, the workflow is stuck"
    WHERE https://github.com/temporalio/temporal/pull/10980)
bug(signals-lost-in-a-crash signals engine/workflow/workflow_recovery.cc
    FIND [[if (!signal.taken) instance->signals.push_back(signal);]]
    PLANT [[if (!signal.taken && !PLANTED) instance->signals.push_back(signal);]])
bug(signal-numbers-start-over signals engine/workflow/workflow_recovery.cc
    FIND [[instance->signals_received = std::max(instance->signals_received, signal.number);]]
    PLANT [[if (!PLANTED) instance->signals_received = std::max(instance->signals_received, signal.number);]])
bug(signal-wakes-nobody signals engine/workflow/workflow_life.cc
    FIND [[if (run.spec.kind() == NodeKind::kWait || run.spec.kind() == NodeKind::kCustom) {]]
    PLANT [[if ((run.spec.kind() == NodeKind::kWait && !PLANTED) || run.spec.kind() == NodeKind::kCustom) {]])
bug(early-signals-are-missed signals engine/workflow/executors.cc
    FIND [[  Payload payload;
  if (!wait.signal.empty() && services.take_signal(node, wait.signal, payload)) {]]
    PLANT [[  Payload payload;
  if (!PLANTED && !wait.signal.empty() && services.take_signal(node, wait.signal, payload)) {]])
bug(taken-signal-stays-durable signals engine/workflow/workflow_service.cc
    FIND [[  drop_signal(std::move(*found));
  signals.erase(found);]]
    PLANT [[  if (!PLANTED) drop_signal(std::move(*found));
  signals.erase(found);]]
    LIKE "Zeebe: one message is consumed twice by an instance"
    WHERE https://github.com/camunda/camunda/issues/3050)
