bug(start-ignores-its-key keys engine/workflow/workflow_life.cc
    FIND [[const auto known = keys_.find(request.key);
    if (known != keys_.end()) return known->second;]]
    PLANT [[const auto known = keys_.find(request.key);
    if (known != keys_.end() && !PLANTED) return known->second;]])
bug(keys-of-ended-workflows-lost keys engine/workflow/workflow_recovery.cc
    FIND [[for (const auto& [key, id] : stored.keys) keys_.emplace(key, id);]]
    PLANT [[if (!PLANTED)
    for (const auto& [key, id] : stored.keys) keys_.emplace(key, id);]]
    LIKE "Temporal: a start repeated after the end starts another run"
    WHERE https://github.com/temporalio/temporal/pull/11968)
bug(keys-of-live-workflows-lost keys engine/workflow/workflow_recovery.cc
    FIND [[if (!row.key.empty()) keys_.emplace(row.key, row.id);]]
    PLANT [[if (!row.key.empty() && !PLANTED) keys_.emplace(row.key, row.id);]])
bug(workflow-numbers-start-over keys engine/workflow/workflow_recovery.cc
    FIND [[next_workflow_ = std::max(next_workflow_, stored.next_workflow);]]
    PLANT [[next_workflow_ = std::max(next_workflow_, PLANTED ? 1 : stored.next_workflow);]]
    LIKE "Zeebe: after a leader change, two instances share a key"
    WHERE https://github.com/camunda/camunda/issues/8129)
bug(events-are-renumbered keys engine/workflow/workflow_recovery.cc
    FIND [[last_event_ = stored.last_event;]]
    PLANT [[last_event_ = stored.last_event - (PLANTED && stored.last_event > 0 ? 1 : 0);]]
    LIKE "Zeebe: two exported records have one sequence number"
    WHERE https://github.com/camunda/camunda/issues/24192)
