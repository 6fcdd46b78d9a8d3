#include "engine/shard/shard.h"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>
#include <utility>

#include "engine/events/cloud_event.h"

namespace gnomon {

Shard::Shard(ShardSettings settings, const NodeExecutors& executors)
    : workflows_(std::move(settings.workflow), executors, timers_, outcomes_.decision) {}

Expected<void> Shard::restore(Instant now, const StoredShard& stored, const Decoders& decoders) {
  if (auto restored = workflows_.restore(now, stored, decoders.definition); !restored)
    return restored;
  workflows_.settle();
  if (auto restored = timer_service_.restore(stored.schedules, decoders.schedule); !restored)
    return restored;
  for (const CursorRow& row : stored.cursors) cursors_[row.subscriber] = row.delivered;
  return {};
}

void Shard::reply(Ticket ticket, Expected<WorkflowId> result) {
  if (ticket == 0) return;
  const bool again = !result && result.error().kind == ErrorKind::kDidNotHappen;
  if (is_from_mailbox(ticket) && !again) {
    outcomes_.decision.commit->answered.push_back(
        {ticket & ~kMailboxTicket, workflows_.now_of_input(), result.value_or(WorkflowId::kNone),
         result ? std::string{} : result.error().message});
  }
  outcomes_.replies.push_back({ticket, std::move(result)});
}

void Shard::apply(Instant now, Input input) {
  if (auto* command = std::get_if<Command>(&input)) {
    workflows_.begin(now, kUnset);
    std::visit([this](auto& each) { handle(each); }, *command);
  } else if (auto* routed = std::get_if<RoutedCommands>(&input)) {
    workflows_.begin(now, kUnset);
    handle(*routed);
  } else {
    std::visit(
        [this, now](auto& answer) {
          using T = std::decay_t<decltype(answer)>;
          if constexpr (std::is_same_v<T, ActionEnded>) {
            workflows_.begin(now, answer.ended_at);
            workflows_.answer(answer);
          } else if constexpr (std::is_same_v<T, LaunchAccepted> ||
                               std::is_same_v<T, LaunchFailed> ||
                               std::is_same_v<T, ActionStarted> ||
                               std::is_same_v<T, ActionStatus>) {
            workflows_.begin(now, kUnset);
            workflows_.answer(answer);
          } else if constexpr (std::is_same_v<T, WorkflowFetched>) {
            workflows_.begin(now, kUnset);
            handle(answer);
          }
          // The other answers are the host's own business.
        },
        std::get<Answer>(input));
  }
  workflows_.settle();
}

void Shard::apply_timers(Instant now) {
  while (timers_.next() <= now) {
    const Timer timer = timers_.pop();
    workflows_.begin(now, timer.kind == TimerKind::kNode ? timer.at : kUnset);
    workflows_.timer_fired(timer);
    workflows_.settle();
  }
  while (timer_service_.next_due() <= now) {
    workflows_.begin(now, kUnset);
    fire(timer_service_.fire(now));
    workflows_.settle();
  }
}

Instant Shard::next_due() const {
  return std::min(timers_.next(), timer_service_.next_due());
}

Outcomes& Shard::collect() {
  workflows_.collect();
  timer_service_.collect(outcomes_.decision.commit->schedules);
  return outcomes_;
}

void Shard::advance_cursor(CursorRow cursor) {
  const auto [known, added] = cursors_.try_emplace(cursor.subscriber, cursor.delivered);
  if (!added && cursor.delivered <= known->second) return;
  known->second = cursor.delivered;
  // A row comes at most once in a commit; the later one counts.
  auto& rows = outcomes_.decision.commit->cursors;
  const auto same = std::find_if(rows.begin(), rows.end(), [&](const CursorRow& row) {
    return row.subscriber == cursor.subscriber;
  });
  if (same == rows.end()) {
    rows.push_back(std::move(cursor));
  } else {
    same->delivered = cursor.delivered;
  }
}

void Shard::handle(RoutedCommands& routed) {
  Delivered answer{routed.cursor.subscriber, routed.cursor.delivered, std::move(routed.elsewhere)};
  const Expected<void> done = carry_out(routed);
  if (!done && answer.result) answer.result = done;
  outcomes_.routed.push_back(std::move(answer));
}

void Shard::handle(RoutedFromShard& command) {
  const Expected<void> done = carry_out(command.routed);
  reply(command.ticket,
        done ? Expected<WorkflowId>{WorkflowId::kNone} : std::unexpected(done.error()));
}

Expected<void> Shard::carry_out(RoutedCommands& routed) {
  std::uint64_t reached = 0;
  for (const std::string& name : {routed.cursor.subscriber, routed.was}) {
    const auto known = cursors_.find(name);
    if (known != cursors_.end()) reached = std::max(reached, known->second);
  }
  Expected<void> first;
  for (RoutedCommand& command : routed.commands) {
    // After a crash the same events may come in other portions.
    if (command.event <= reached) continue;
    const Expected<WorkflowId> done = carry_out(command.what);
    if (!done && first) first = std::unexpected(done.error());
  }
  advance_cursor(std::move(routed.cursor));
  return first;
}

Expected<WorkflowId> Shard::carry_out(RoutedCommand::What& command) {
  if (auto* start = std::get_if<StartByEvent>(&command)) {
    return workflows_.start({.workflow = std::move(start->workflow),
                             .key = std::move(start->key),
                             .tenant = std::move(start->tenant),
                             .labels = std::move(start->labels),
                             .input = std::move(start->input),
                             .priority = start->priority});
  }
  if (const auto* signal = std::get_if<SignalByEvent>(&command)) {
    return workflows_.signal(signal->workflow, signal->name, signal->payload);
  }
  workflows_.answer(std::get<ActionEnded>(command));
  return WorkflowId::kNone;
}

void Shard::handle(UploadDefinition& command) {
  reply(command.ticket, workflows_.upload(command.definition));
}

void Shard::handle(StartWorkflow& command) {
  reply(command.ticket, workflows_.start({.workflow = std::move(command.workflow),
                                          .key = std::move(command.key),
                                          .tenant = std::move(command.tenant),
                                          .labels = std::move(command.labels),
                                          .input = std::move(command.input),
                                          .priority = command.priority}));
}

void Shard::handle(SignalWorkflow& command) {
  if (!command.key.empty() && workflows_.find(command.workflow) == nullptr) {
    fetch(command);  // it may have been taken before the workflow ended
    return;
  }
  reply(command.ticket,
        workflows_.signal(command.workflow, command.name, command.payload, command.key));
}
void Shard::handle(CancelWorkflow& command) {
  reply(command.ticket, workflows_.cancel(command.workflow));
}
void Shard::handle(PauseWorkflow& command) {
  reply(command.ticket, workflows_.pause(command.workflow));
}
void Shard::handle(ResumeWorkflow& command) {
  reply(command.ticket, workflows_.resume(command.workflow));
}

void Shard::handle(RetryWorkflow& command) {
  const Instance* instance = workflows_.find(command.workflow);
  if (instance == nullptr) {
    fetch(command);
  } else if (command.run > 0 && instance->run > command.run) {
    reply(command.ticket, command.workflow);
  } else {
    reply(command.ticket,
          invalid(fmt::format("workflow {} has not ended", sequence_of(command.workflow))));
  }
}

template <typename T>
void Shard::fetch(const T& command) {
  const std::uint64_t ticket = next_fetch_++;
  outcomes_.fetches.push_back({command.workflow, ticket});
  fetching_.emplace(ticket, command);
}

void Shard::handle(WorkflowFetched& answer) {
  const auto waiting = fetching_.find(answer.ticket);
  if (waiting == fetching_.end()) return;
  const auto command = std::move(waiting->second);
  fetching_.erase(waiting);
  if (!answer.result) {
    reply(std::visit([](const auto& each) { return each.ticket; }, command),
          std::unexpected(answer.result.error()));
  } else if (const auto* retry = std::get_if<RetryWorkflow>(&command)) {
    reply(retry->ticket, workflows_.retry(retry->workflow, *answer.result, retry->run));
  } else {
    const auto& signal = std::get<SignalWorkflow>(command);
    const bool taken = !answer.result->empty() &&
                       std::ranges::find(answer.result->front().signals, signal.key,
                                         &SignalRow::key) != answer.result->front().signals.end();
    reply(signal.ticket,
          taken ? signal.workflow
                : workflows_.signal(signal.workflow, signal.name, signal.payload, signal.key));
  }
}

void Shard::handle(AttachWorkflow& command) {
  reply(command.ticket,
        workflows_.attach(command.parent, command.workflow, command.key, command.input));
}

void Shard::handle(PublishEvent& command) {
  if (!command.publisher.empty()) {
    CursorRow taken{fmt::format("{}{}", kPublisherPrefix, command.publisher), 0};
    const auto known = cursors_.find(taken.subscriber);
    if (known != cursors_.end()) taken.delivered = known->second;
    if (command.number < taken.delivered) {
      reply(command.ticket, WorkflowId::kNone);
      return;
    }
    if (command.number > taken.delivered) {
      reply(command.ticket,
            fail(ErrorKind::kDidNotHappen, fmt::format("event {} of {} has not come yet",
                                                       taken.delivered, command.publisher)));
      return;
    }
    ++taken.delivered;
    advance_cursor(std::move(taken));
  }
  if (auto checked = check_published_event(command.event); !checked) {
    reply(command.ticket, std::unexpected(checked.error()));
    return;
  }
  workflows_.event(EventKind::kExternal, WorkflowId::kNone, 0, command.event);
  reply(command.ticket, WorkflowId::kNone);
}

void Shard::handle(RefuseCommand& command) {
  reply(command.ticket, invalid(std::move(command.reason)));
}

void Shard::handle(NoteHotShard& command) {
  workflows_.event(EventKind::kShardHot, WorkflowId::kNone,
                   static_cast<std::int64_t>(command.percent), {});
}

// --- schedules
// --------------------------------------------------------------------------------------------------

void Shard::handle(PutSchedule& command) {
  auto done = timer_service_.put(workflows_.now_of_input(), std::move(command.schedule));
  reply(command.ticket,
        done ? Expected<WorkflowId>{WorkflowId::kNone} : std::unexpected(done.error()));
}
void Shard::handle(RemoveSchedule& command) {
  auto removed = timer_service_.remove(command.name);
  reply(command.ticket,
        removed ? Expected<WorkflowId>{WorkflowId::kNone} : std::unexpected(removed.error()));
}
void Shard::handle(PauseSchedule& command) {
  auto paused = timer_service_.pause(workflows_.now_of_input(), command.name, command.paused);
  reply(command.ticket,
        paused ? Expected<WorkflowId>{WorkflowId::kNone} : std::unexpected(paused.error()));
}
void Shard::handle(BackfillSchedule& command) {
  const auto firing = timer_service_.backfill(command.name, command.from, command.to);
  if (firing) fire(*firing);
  reply(command.ticket,
        firing ? Expected<WorkflowId>{WorkflowId::kNone} : std::unexpected(firing.error()));
}

void Shard::fire(const Firing& firing) {
  const Schedule& schedule = *firing.schedule;
  if (firing.missed > 0) {
    workflows_.event(EventKind::kScheduleMissed, WorkflowId::kNone,
                     static_cast<std::int64_t>(firing.missed), Payload{schedule.name});
  }
  for (const Instant due : firing.due) {
    workflows_.event(EventKind::kScheduleFired, WorkflowId::kNone, to_ns(due),
                     Payload{schedule.name});
    Expected<Payload> input = input_of(schedule, due);
    // The key makes each instant of a schedule start one workflow, however often it is fired.
    const auto started =
        !input ? std::unexpected(input.error())
               : workflows_.start(
                     {.workflow = {.name = schedule.workflow, .version = {}, .definition = {}},
                      .key = fmt::format("schedule/{}/{}", schedule.name, to_ns(due)),
                      .tenant = schedule.tenant,
                      .labels = schedule.labels,
                      .input = *std::move(input),
                      .priority = schedule.priority});
    if (!started) {
      workflows_.event(EventKind::kScheduleMissed, WorkflowId::kNone, 1,
                       Payload{fmt::format("{}: {}", schedule.name, started.error().message)});
    }
  }
}

}  // namespace gnomon
