#include "engine/shard/host.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "engine/base/ensure.h"

namespace gnomon {

Host::Host(HostSettings settings, const NodeExecutors& executors, Clock& clock, Store& store,
           std::vector<Runtime*> runtimes, Decoders decoders)
    : settings_(std::move(settings)),
      executors_(executors),
      clock_(clock),
      store_(store),
      runtimes_(std::move(runtimes)),
      decoders_(std::move(decoders)),
      reopen_after_(settings_.reopen_delay) {}

Host::~Host() {
  stop();
}

void Host::stop() {
  stopped_ = true;
  clock_.cancel(timer_);
  clock_.cancel(pump_token_);
  clock_.cancel(reopen_token_);
}

void Host::crash(Duration delay) {
  inbox_.clear();
  reopen_after_ = delay;
  go_down({ErrorKind::kDidNotHappen, "the host has crashed"});
}

Expected<void> Host::start() {
  auto stored = store_.open();
  if (!stored) return std::unexpected(stored.error());
  shard_ = std::make_unique<Shard>(settings_.shard, executors_);
  fence_ = stored->fence;
  sequence_ = 0;
  if (auto restored = shard_->restore(clock_.now(), *stored, decoders_); !restored) {
    shard_.reset();
    return restored;
  }
  failing_because_.clear();
  // Whoever reads the mailbox hears that the shard is open, and sends again what has no answer.
  std::erase_if(inbox_, [](const Input& input) {
    const auto* command = std::get_if<Command>(&input);
    return command != nullptr && is_from_mailbox(ticket_of(*command));
  });
  for (CommitListener* listener : listeners_) listener->opened(*stored);
  conclude();
  return {};
}

void Host::submit(Command command) {
  // It is asked again until it is answered; the first repetition that finds the shard open will do.
  if (shard_ == nullptr && std::holds_alternative<RoutedFromShard>(command)) return;
  receive(Input{std::move(command)});
}

void Host::post(Answer answer) {
  if (auto* done = std::get_if<CommitDone>(&answer)) {
    committed(*done);
    return;
  }
  if (std::holds_alternative<Delivered>(answer) || std::holds_alternative<EventsRead>(answer)) {
    if (router_ != nullptr) router_->post(std::move(answer));
    return;
  }
  receive(Input{std::move(answer)});
}

void Host::receive(Input input) {
  if (stopped_) return;
  inbox_.push_back(std::move(input));
  arm_pump();
}

void Host::advance_cursor(CursorRow cursor) {
  if (shard_ == nullptr) return;
  shard_->advance_cursor(std::move(cursor));
  arm_pump();
}

void Host::execute(RoutedCommands commands) {
  receive(Input{std::move(commands)});
}

DefinitionPtr Host::definition(DefinitionId id) const {
  if (shard_ == nullptr || !shard_->workflows().catalog().contains(id)) return nullptr;
  return shard_->workflows().catalog()[id].definition;
}

void Host::arm_pump() {
  if (pump_armed_ || stopped_ || in_flight_ >= settings_.commits_in_flight) return;
  pump_armed_ = true;
  pump_token_ = clock_.call_at(clock_.now(), *this, kPump);
}

void Host::wake(std::uint64_t tag) {
  switch (tag) {
    case kPump:
      pump_armed_ = false;
      pump();
      return;
    case kTimer:
      timer_at_ = kNever;
      if (in_flight_ < settings_.commits_in_flight) pump();
      return;
    case kReopen:
      if (stopped_) return;
      if (auto started = start(); !started) go_down(started.error());
      arm_pump();
      return;
  }
}

void Host::pump() {
  if (shard_ == nullptr || stopped_) return;
  const Instant now = clock_.now();
  batch_.swap(inbox_);
  for (Input& input : batch_) shard_->apply(now, std::move(input));
  inputs_ += batch_.size();
  batch_.clear();
  shard_->apply_timers(now);
  conclude();
}

void Host::conclude() {
  Outcomes& outcomes = shard_->collect();
  if (!outcomes.empty()) {
    const bool writes = !outcomes.decision.commit->empty();
    if (writes || pending_.empty()) {
      if (spare_.empty()) {
        pending_.emplace_back();
      } else {
        pending_.push_back(std::move(spare_.back()));
        spare_.pop_back();
      }
      pending_.back().sequence = writes ? ++sequence_ : sequence_;
    }
    Pending& pending = pending_.back();
    const auto move_to = [](auto& to, auto& from) {
      if (to.empty()) {
        to.swap(from);
      } else {
        std::move(from.begin(), from.end(), std::back_inserter(to));
        from.clear();
      }
    };
    move_to(pending.calls, outcomes.decision.calls);
    move_to(pending.replies, outcomes.replies);
    move_to(pending.fetches, outcomes.fetches);
    move_to(pending.routed, outcomes.routed);
    if (writes) {
      CommitPtr next = spare_commit_ ? std::move(spare_commit_) : std::make_unique<Commit>();
      CommitPtr commit = std::exchange(outcomes.decision.commit, std::move(next));
      commit->fence = fence_;
      commit->sequence = sequence_;
      outcomes.clear();
      ++in_flight_;
      store_.commit(std::move(commit));
    } else {
      outcomes.clear();
      if (in_flight_ == 0) {
        Pending now = std::move(pending_.front());
        pending_.pop_front();
        act(now);
        spare_.push_back(std::move(now));
      }
    }
  }
  if (shard_ != nullptr) arm_timer();
}

void Host::arm_timer() {
  const Instant due = shard_->next_due();
  if (due == timer_at_) return;
  if (timer_at_ != kNever) clock_.cancel(timer_);
  timer_at_ = due;
  if (due != kNever) timer_ = clock_.call_at(due, *this, kTimer);
}

void Host::committed(CommitDone& done) {
  if (done.commit->fence != fence_ || shard_ == nullptr) return;  // of an earlier life
  --in_flight_;
  if (!done.result) {
    go_down(done.result.error());
    return;
  }
  ++commits_;
  reopen_after_ = settings_.reopen_delay;
  for (CommitListener* listener : listeners_) listener->committed(*done.commit);
  ENSURE(!pending_.empty() && pending_.front().sequence == done.sequence,
         "commit {} was answered, but it is not the next one", done.sequence);
  Pending pending = std::move(pending_.front());
  pending_.pop_front();
  done.commit->clear();
  spare_commit_ = std::move(done.commit);
  act(pending);
  spare_.push_back(std::move(pending));
  if (!inbox_.empty() || shard_->next_due() <= clock_.now()) arm_pump();
}

void Host::act(Pending& pending) {
  for (RuntimeCall& call : pending.calls) {
    std::visit(
        [this](auto& each) {
          Runtime& runtime = *runtimes_[each.runtime];
          using T = std::decay_t<decltype(each)>;
          if constexpr (std::is_same_v<T, LaunchAction>) {
            runtime.launch(each.launch);
          } else if constexpr (std::is_same_v<T, PollAction>) {
            runtime.poll(each.key);
          } else {
            runtime.cancel(each.key);
          }
        },
        call);
  }
  for (const Reply& reply : pending.replies) {
    if (client_ != nullptr) client_->reply(reply);
  }
  for (const FetchWorkflow& fetch : pending.fetches) store_.fetch(fetch.workflow, fetch.ticket);
  for (Delivered& delivered : pending.routed) {
    if (router_ != nullptr) router_->post(std::move(delivered));
  }
  pending.calls.clear();
  pending.replies.clear();
  pending.fetches.clear();
  pending.routed.clear();
}

void Host::go_down(const Error& error) {
  // What the shard in memory decided since the last durable commit is void, and so is all that
  // waited for it.
  shard_.reset();
  pending_.clear();
  in_flight_ = 0;
  failing_because_ = error.message;
  clock_.cancel(timer_);
  clock_.cancel(reopen_token_);
  timer_at_ = kNever;
  if (error.kind == ErrorKind::kCannotHappen) down_because_ = error.message;
  if (error.kind == ErrorKind::kCannotHappen || stopped_) return;
  reopen_token_ = clock_.call_at(saturating_add(clock_.now(), reopen_after_), *this, kReopen);
  reopen_after_ = std::min<Duration>(reopen_after_ * 2, 1min);
}

}  // namespace gnomon
