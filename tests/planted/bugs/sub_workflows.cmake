bug(ended-child-stays-alive sub-workflows engine/workflow/node_life.cc
    FIND [[children.live.erase(found);]]
    PLANT [[if (!PLANTED) children.live.erase(found);]])
bug(failed-children-not-counted sub-workflows engine/workflow/node_life.cc
    FIND [[if (!succeeded) ++children.failed;
  executors_]]
    PLANT [[if (!succeeded && !PLANTED) ++children.failed;
  executors_]])
bug(executor-cancel-spares-children sub-workflows engine/workflow/executors.cc
    FIND [[for (const WorkflowId child : live) services.cancel_child(child);]]
    PLANT [[if (!PLANTED)
    for (const WorkflowId child : live) services.cancel_child(child);]])
bug(retry-loses-an-ended-child sub-workflows engine/workflow/workflow_life.cc
    FIND [[steps_.push_back({Step::Kind::kChildEnded, parent.ref(),]]
    PLANT [[if (!PLANTED)
        steps_.push_back({Step::Kind::kChildEnded, parent.ref(),]]
    LIKE "Temporal: after a reset, a parent waits for an ended child"
    WHERE https://github.com/temporalio/temporal/issues/10639)
bug(cancel-stops-at-the-first-generation sub-workflows engine/workflow/workflow_life.cc
    FIND [[if (instance == nullptr || instance->cancel_requested) return;]]
    PLANT [[if (instance == nullptr || instance->cancel_requested) return;
  if (PLANTED) {
    const Instance* parent = find(instance->parent.workflow);
    if (parent != nullptr && parent->parent.workflow != WorkflowId::kNone) return;
  }]]
    LIKE "Conductor: terminate ends the child, not its children"
    WHERE https://github.com/Netflix/conductor/issues/1517)
bug(child-cancelled-counts-as-success sub-workflows engine/workflow/executors.cc
    FIND [[if (child.outcome == Outcome::kSucceeded) return child;]]
    PLANT [[if (child.outcome == Outcome::kSucceeded) return child;
  if (PLANTED) return succeeded();]])
bug(map-ignores-concurrency sub-workflows engine/workflow/executors.cc
    FIND [[children.live.size() < limit) {]]
    PLANT [[(PLANTED || children.live.size() < limit)) {]]
    LIKE "Airflow: mapped tasks run beyond their limit at one time"
    WHERE https://github.com/apache/airflow/issues/48629)
bug(map-forgets-running-items sub-workflows engine/workflow/workflow_recovery.cc
    FIND [[children.next = std::max(children.next, child.slot + 1);]]
    PLANT [[if (!PLANTED) children.next = std::max(children.next, child.slot + 1);]])
bug(recovery-forgets-failed-items sub-workflows engine/workflow/workflow_recovery.cc
    FIND [[  if (succeeded) children.outputs[child.slot] = child.output;
  if (!succeeded) ++children.failed;]]
    PLANT [[  if (succeeded) children.outputs[child.slot] = child.output;
  if (!succeeded && !PLANTED) ++children.failed;]])
bug(orphaned-children sub-workflows engine/workflow/workflow_recovery.cc
    FIND [[  if (!over) {
    children.live.push_back(child.id);
    return;
  }]]
    PLANT [[  if (!over) {
    if (!PLANTED || child.slot == 0) children.live.push_back(child.id);
    return;
  }]]
    LIKE "Temporal: after a failover, a parent is stuck over its child"
    WHERE https://github.com/temporalio/temporal/issues/10286)
