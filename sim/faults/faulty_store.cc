#include "sim/faults/faulty_store.h"

#include <algorithm>
#include <utility>

namespace gnomon::sim {

Expected<StoredShard> FaultyStore::open() {
  delayed_.clear();
  return inner_->open();
}

void FaultyStore::commit(CommitPtr commit) {
  const std::uint64_t number = ++commits_;
  // A commit after one that failed must not be applied: it was decided on top of it.
  if (commit->fence == failed_fence_ ||
      plan_.strikes(FaultKind::kStoreDown, name_, shard_, number)) {
    failed_fence_ = commit->fence;
    const std::uint64_t sequence = commit->sequence;
    inbox_.post(CommitDone{sequence, fail(ErrorKind::kDidNotHappen, "the store is down"),
                           std::move(commit)});
    return;
  }
  const Duration delay = plan_.delay(FaultKind::kStoreSlow, name_, shard_, number);
  if (delay == Duration::zero() && delayed_.empty()) {
    inner_->commit(std::move(commit));
    return;
  }
  latest_ = std::max(latest_, saturating_add(clock_.now(), delay));
  delayed_.push_back({std::move(commit), latest_});
  clock_.call_at(latest_, *this, 0);
}

void FaultyStore::wake(std::uint64_t) {
  // What was delayed when the shard was opened again is gone, but not its wake.
  while (!delayed_.empty() && delayed_.front().due <= clock_.now()) {
    CommitPtr commit = std::move(delayed_.front().commit);
    delayed_.pop_front();
    inner_->commit(std::move(commit));
  }
}

void FaultyStore::post(Answer answer) {
  if (auto* done = std::get_if<CommitDone>(&answer)) {
    if (done->result && plan_.strikes(FaultKind::kStoreAnswerLost, name_, shard_,
                                      (std::uint64_t{1} << 32) + done->sequence)) {
      failed_fence_ = done->commit->fence;
      done->result = fail(ErrorKind::kMayHaveHappened, "the store's answer was lost");
    }
  }
  inbox_.post(std::move(answer));
}

}  // namespace gnomon::sim
