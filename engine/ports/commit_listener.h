#pragma once

#include "engine/ports/store.h"
#include "engine/record/rows.h"

namespace gnomon {

/// Hears of every commit of one shard once it is durable, in order: the digest, the record,
/// metrics, oracles, EventRouter. Called by the host, before it carries out what the commit
/// decided.
class CommitListener {
 public:
  /// The shard was taken over, at the start or after a failure of its store. `stored` holds all
  /// that is durable, and that may be more than what committed() told: the answer to a commit can
  /// be lost. Called before the first commit.
  virtual void opened(const StoredShard& /*stored*/) {}
  virtual void committed(const Commit& commit) = 0;

 protected:
  ~CommitListener() = default;
};

}  // namespace gnomon
