#pragma once

#include "engine/base/digest.h"
#include "engine/ports/commit_listener.h"

namespace gnomon::scenarios {

/// Chains every event of a run into one digest, in the order in which they became durable.
class DigestChain final : public CommitListener {
 public:
  void committed(const Commit& commit) override {
    for (const Event& event : commit.events) {
      digest_.add(static_cast<const EventFacts*>(&event), sizeof(EventFacts));
      if (!event.text.empty()) digest_.add(event.text.text());
    }
    events_ += commit.events.size();
  }
  const Digest& digest() const { return digest_; }
  std::uint64_t events() const { return events_; }

 private:
  Digest digest_;
  std::uint64_t events_ = 0;
};

}  // namespace gnomon::scenarios
