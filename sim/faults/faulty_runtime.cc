#include "sim/faults/faulty_runtime.h"

#include <utility>

#include "engine/model/definition.h"

namespace gnomon::sim {

void FaultyRuntime::later(Duration delay, Delayed what) {
  const std::uint64_t tag = next_tag_++;
  delayed_.emplace(tag, std::move(what));
  clock_.call_at(saturating_add(clock_.now(), delay), *this, tag);
}

void FaultyRuntime::wake(std::uint64_t tag) {
  const auto found = delayed_.find(tag);
  Delayed what = std::move(found->second);
  delayed_.erase(found);
  if (const auto* delayed = std::get_if<DelayedLaunch>(&what)) {
    inner_->launch(delayed->launch);
  } else {
    inbox_.post(std::move(std::get<Answer>(what)));
  }
}

void FaultyRuntime::launch(const Launch& launch) {
  const std::uint64_t entity = launch.entity;
  const std::uint64_t number = number_of(launch.key);
  if (plan_.strikes(FaultKind::kRuntimeDown, name_, entity, number, &launch.key)) {
    inbox_.post(LaunchFailed{launch.key, {ErrorKind::kDidNotHappen, name_ + " is down"}});
    return;
  }
  const Duration delay = plan_.delay(FaultKind::kRuntimeSlow, name_, entity, number, &launch.key);
  if (delay > Duration::zero()) {
    later(delay, DelayedLaunch{launch, launch.definition->shared_from_this()});
  } else {
    inner_->launch(launch);
  }
}

void FaultyRuntime::poll(const ActionKey& key) {
  inner_->poll(key);
}

void FaultyRuntime::post(Answer answer) {
  if (const auto* accepted = std::get_if<LaunchAccepted>(&answer)) {
    const auto entity = value_of(accepted->key.workflow);
    if (plan_.strikes(FaultKind::kLaunchAnswerLost, name_, entity, number_of(accepted->key),
                      &accepted->key)) {
      inbox_.post(LaunchFailed{
          accepted->key, {ErrorKind::kMayHaveHappened, "the answer of " + name_ + " was lost"}});
      return;
    }
  }
  auto* ended = std::get_if<ActionEnded>(&answer);
  if (ended == nullptr) {
    inbox_.post(std::move(answer));
    return;
  }
  const auto entity = value_of(ended->key.workflow);
  const std::uint64_t number = number_of(ended->key);
  if (ended->outcome == Outcome::kSucceeded &&
      plan_.strikes(FaultKind::kWorkerLost, name_, entity, number, &ended->key)) {
    ended->outcome = Outcome::kFailed;
    ended->error = ErrorClass::kLost;
    ended->result = Payload{"the worker died"};
  }
  if (plan_.strikes(FaultKind::kCompletionLost, name_, entity, number, &ended->key)) return;
  if (plan_.strikes(FaultKind::kCompletionTwice, name_, entity, number, &ended->key))
    inbox_.post(*ended);
  const Duration delay =
      plan_.delay(FaultKind::kCompletionLate, name_, entity, number, &ended->key);
  if (delay > Duration::zero()) {
    later(delay, std::move(answer));
  } else {
    inbox_.post(std::move(answer));
  }
}

}  // namespace gnomon::sim
