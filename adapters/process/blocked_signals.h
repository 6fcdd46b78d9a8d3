#pragma once

#include <signal.h>

namespace gnomon::adapters {

/// Keeps all signals from the calling thread while it lives: around a fork, so that no handler of
/// gnomon's runs in the child, where it would speak for gnomon.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_;
};

}  // namespace gnomon::adapters
