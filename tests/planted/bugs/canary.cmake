# The one that must be found on every run.
bug(canary canary engine/workflow/node_life.cc
    FIND [[event.kind = kind;
  event.outcome = static_cast<std::uint8_t>(state.outcome);]]
    PLANT [[event.kind = PLANTED && kind == EventKind::kNodeStarted ? EventKind::kNodeFinishing : kind;
  event.outcome = static_cast<std::uint8_t>(state.outcome);]])
