#include "adapters/process/process_runtime.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>

#include "adapters/process/command.h"
#include "engine/base/ensure.h"

namespace gnomon::adapters {
namespace {

/// What a wake-up is for: the number of an attempt, and one of these in the lowest bits.
enum class Call : std::uint64_t { kTimer, kProcessEnded, kStart, kReaperDied, kRestartReaper };
constexpr unsigned kCallBits = 3;

constexpr std::uint64_t tag_of(Call call, std::uint64_t arrival = 0) {
  return arrival << kCallBits | static_cast<std::uint64_t>(call);
}

/// Starting takes about half a millisecond each; in between, the loop turns to others.
constexpr int kStartsPerTurn = 16;
constexpr Duration kReaperPause = 100ms;

Expected<void> check(const ProcessSettings& settings) {
  if (settings.slots == 0 || settings.slots > ProcessSettings::kMaxSlots) {
    return invalid(fmt::format("{} slots for processes; 1 to {} are allowed", settings.slots,
                               ProcessSettings::kMaxSlots));
  }
  if (settings.output_bytes == 0 || settings.output_bytes > ProcessSettings::kMaxOutputBytes) {
    return invalid(fmt::format("{} bytes of processes' output; 1 to {} are allowed",
                               settings.output_bytes, ProcessSettings::kMaxOutputBytes));
  }
  for (const auto& [code, error] : settings.exit_codes) {
    if (code < 1 || code > 255 || error == ErrorClass::kNone) {
      return invalid(fmt::format("exit code {} as {}: 1 to 255 can be given a class of errors",
                                 code, to_string(error)));
    }
  }
  for (const auto& [name, value] : settings.environment) {
    if (name.empty() || name.find('=') != std::string::npos ||
        (name + value).find('\0') != std::string::npos) {
      return invalid(
          fmt::format("environment variable '{}': '=' or NUL in its name, or NUL in its "
                      "value",
                      name));
    }
  }
  return {};
}

/// A gnomon that was started with SIGCHLD ignored would never learn an exit code.
void keep_exit_codes() {
  struct sigaction action{};
  if (sigaction(SIGCHLD, nullptr, &action) != 0) return;
  if (action.sa_handler != SIG_IGN && (action.sa_flags & SA_NOCLDWAIT) == 0) return;
  if (action.sa_handler == SIG_IGN) action.sa_handler = SIG_DFL;
  action.sa_flags &= ~SA_NOCLDWAIT;
  sigaction(SIGCHLD, &action, nullptr);
}

Verdict not_started(const Error& error) {
  const bool later = error.kind == ErrorKind::kDidNotHappen;
  return {Outcome::kFailed, later ? ErrorClass::kLaunch : ErrorClass::kPermanent,
          Payload(error.message)};
}

}  // namespace

Expected<std::unique_ptr<ProcessRuntime>> ProcessRuntime::open(ProcessSettings settings,
                                                               EventLoop& loop, Inbox& inbox) {
  if (const Expected<void> good = check(settings); !good) return std::unexpected(good.error());
  if (const Expected<void> done = reserve_standard_descriptors(); !done) {
    return std::unexpected(done.error());
  }
  keep_exit_codes();
  Expected<std::unique_ptr<Reaper>> reaper =
      Reaper::start(settings.slots, settings.lock_file, settings.lock_wait);
  if (!reaper) return std::unexpected(reaper.error());
  return std::unique_ptr<ProcessRuntime>(
      new ProcessRuntime(std::move(settings), loop, inbox, std::move(*reaper)));
}

ProcessRuntime::ProcessRuntime(ProcessSettings settings, EventLoop& loop, Inbox& inbox,
                               std::unique_ptr<Reaper> reaper)
    : settings_(std::move(settings)),
      loop_(loop),
      inbox_(inbox),
      reaper_(std::move(reaper)),
      ended_(settings_.remembered, settings_.remembered_bytes) {
  reaper_watch_ =
      loop_.watch(reaper_->descriptor(), Readiness::kReadable, *this, tag_of(Call::kReaperDied));
}

ProcessRuntime::~ProcessRuntime() {
  loop_.unwatch(reaper_watch_);
  loop_.cancel(reaper_timer_);
  loop_.cancel(start_timer_);
  for (const auto& [arrival, attempt] : attempts_) {
    loop_.cancel(attempt.timer);
    if (attempt.process) attempt.process->signal(SIGKILL);
  }
  attempts_.clear();
}

void ProcessRuntime::launch(const Launch& launch) {
  const ActionKey& key = launch.key;
  if (const ActionEnded* ended = ended_.find(key)) return inbox_.post(*ended);
  if (const auto known = arrival_of_.find(key); known != arrival_of_.end()) {
    const Attempt& attempt = attempts_.at(known->second);
    inbox_.post(LaunchAccepted{key, attempt.accepted_at});
    if (attempt.process) inbox_.post(ActionStarted{key, attempt.started_at});
    return;
  }
  const auto refuse = [&](ErrorKind kind, std::string why) {
    inbox_.post(LaunchFailed{key, Error{kind, std::move(why)}});
  };
  // Read again when its turn comes: thousands may be waiting, and its params are there already.
  if (const Expected<Command> command = command_of(launch, settings_); !command) {
    return refuse(command.error().kind, command.error().message);
  }
  const std::uint32_t units = std::max(launch.units, 1u);
  if (units > settings_.slots) {
    return refuse(ErrorKind::kCannotHappen,
                  fmt::format("needs {} units; there are {}", units, settings_.slots));
  }
  if (queue_.size() >= settings_.queue_limit) {
    return refuse(ErrorKind::kDidNotHappen, fmt::format("{} attempts wait already", queue_.size()));
  }

  const Arrival arrival = ++arrivals_;
  const Instant now = loop_.now();
  Attempt& attempt =
      attempts_.emplace(arrival, Attempt{.launch = launch, .units = units, .accepted_at = now})
          .first->second;
  arrival_of_.emplace(key, arrival);
  queue_.emplace(-std::int64_t{launch.priority}, arrival);
  if (launch.timeout != Duration::max()) {
    attempt.timer =
        loop_.call_at(saturating_add(now, launch.timeout), *this, tag_of(Call::kTimer, arrival));
  }
  inbox_.post(LaunchAccepted{key, now});
  start_soon();
}

void ProcessRuntime::poll(const ActionKey& key) {
  if (const ActionEnded* ended = ended_.find(key)) return inbox_.post(*ended);
  inbox_.post(ActionStatus{key, arrival_of_.contains(key)});
}

void ProcessRuntime::cancel(const ActionKey& key) {
  const auto known = arrival_of_.find(key);
  if (known == arrival_of_.end()) return;
  const auto at = attempts_.find(known->second);
  if (at->second.process) return stop(at->first, at->second, Stop::kCancelled);
  end(at, {Outcome::kCancelled, ErrorClass::kNone, Payload("cancelled before it was started")});
}

void ProcessRuntime::wake(std::uint64_t tag) {
  const auto at = attempts_.find(tag >> kCallBits);
  switch (static_cast<Call>(tag & ((1u << kCallBits) - 1))) {
    case Call::kTimer:
      return timer_fired(at);
    case Call::kProcessEnded:
      return process_ended(at);
    case Call::kStart:
      start_is_due_ = false;
      return start_waiting();
    case Call::kReaperDied:
      return reaper_died();
    case Call::kRestartReaper:
      return restart_reaper();
  }
}

void ProcessRuntime::start_soon() {
  if (start_is_due_) return;
  start_is_due_ = true;
  start_timer_ = loop_.call_at(loop_.now(), *this, tag_of(Call::kStart));
}

void ProcessRuntime::start_waiting() {
  for (int left = kStartsPerTurn; guarded_ && !queue_.empty(); --left) {
    const auto at = attempts_.find(queue_.begin()->second);
    if (at->second.units > settings_.slots - units_used_) return;
    if (left == 0) return start_soon();
    start(at);
  }
}

void ProcessRuntime::start(Attempts::iterator at) {
  auto& [arrival, attempt] = *at;
  const Expected<Command> command = command_of(attempt.launch, settings_);
  if (!command) return end(at, not_started(command.error()));
  const Instant now = loop_.now();  // before it can have done anything
  auto process =
      Process::start(*command, *reaper_, loop_,
                     {settings_.output_bytes, this, tag_of(Call::kProcessEnded, arrival)});
  if (!process) return end(at, not_started(process.error()));

  queue_.erase({-std::int64_t{attempt.launch.priority}, arrival});
  units_used_ += attempt.units;
  attempt.process = std::move(*process);
  attempt.started_at = now;
  inbox_.post(ActionStarted{attempt.launch.key, attempt.started_at});
}

void ProcessRuntime::stop(Arrival arrival, Attempt& attempt, Stop why) {
  // Over already: its own end counts, though the loop has not told of it yet.
  if (attempt.stop != Stop::kNone || attempt.process->has_ended()) return;
  attempt.stop = why;
  attempt.process->signal(SIGTERM);
  loop_.cancel(attempt.timer);
  attempt.timer = loop_.call_at(saturating_add(loop_.now(), settings_.grace), *this,
                                tag_of(Call::kTimer, arrival));
}

void ProcessRuntime::timer_fired(Attempts::iterator at) {
  Attempt& attempt = at->second;
  if (!attempt.process) {
    return end(at, {Outcome::kFailed, ErrorClass::kTimeout,
                    Payload("was not started within its timeout")});
  }
  if (attempt.stop == Stop::kNone) return stop(at->first, attempt, Stop::kTimedOut);
  attempt.killed = true;
  attempt.process->signal(SIGKILL);
}

void ProcessRuntime::process_ended(Attempts::iterator at) {
  const Attempt& attempt = at->second;
  const Process& process = *attempt.process;
  Verdict verdict;
  if (attempt.stop == Stop::kNone) {
    verdict = judge(process.end(), process.output(), process.errors(), settings_.exit_codes);
  } else {
    const bool cancelled = attempt.stop == Stop::kCancelled;
    const bool by_sigterm = process.end().killed && process.end().number == SIGTERM;
    const std::string why =
        fmt::format("{}; {}{}", cancelled ? "cancelled" : "ran longer than its timeout",
                    to_string(process.end()),
                    attempt.killed ? ", as it did not end after SIGTERM"
                    : by_sigterm   ? ""
                                   : " after SIGTERM");
    verdict = {cancelled ? Outcome::kCancelled : Outcome::kFailed,
               cancelled ? ErrorClass::kNone : ErrorClass::kTimeout,
               reason_of(why, process.errors())};
  }
  end(at, std::move(verdict));
}

void ProcessRuntime::end(Attempts::iterator at, Verdict verdict) {
  const auto& [arrival, attempt] = *at;
  const ActionEnded ended{.key = attempt.launch.key,
                          .outcome = verdict.outcome,
                          .error = verdict.error,
                          .started_at = attempt.started_at,
                          .ended_at = loop_.now(),
                          .result = std::move(verdict.result)};
  loop_.cancel(attempt.timer);
  if (attempt.process) {
    units_used_ -= attempt.units;
  } else {
    queue_.erase({-std::int64_t{attempt.launch.priority}, arrival});
  }
  arrival_of_.erase(ended.key);
  attempts_.erase(at);
  ended_.remember(ended);
  inbox_.post(ended);
  if (!queue_.empty()) start_soon();
}

void ProcessRuntime::reaper_died() {
  guarded_ = false;
  loop_.unwatch(reaper_watch_);
  reaper_timer_ =
      loop_.call_at(saturating_add(loop_.now(), kReaperPause), *this, tag_of(Call::kRestartReaper));
}

void ProcessRuntime::restart_reaper() {
  if (!reaper_->restart()) {
    reaper_timer_ = loop_.call_at(saturating_add(loop_.now(), kReaperPause), *this,
                                  tag_of(Call::kRestartReaper));
    return;
  }
  guarded_ = true;
  reaper_watch_ =
      loop_.watch(reaper_->descriptor(), Readiness::kReadable, *this, tag_of(Call::kReaperDied));
  start_soon();
}

}  // namespace gnomon::adapters
