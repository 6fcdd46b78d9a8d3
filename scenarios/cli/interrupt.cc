#include "scenarios/cli/interrupt.h"

#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <ctime>

#include "scenarios/cli/command.h"

namespace gnomon::cli {
namespace {

std::atomic<bool> interrupted = false;

/// Of the first signal, in nanoseconds of the monotonic clock.
std::atomic<std::int64_t> first_at = 0;

void on_signal(int) {
  constexpr std::int64_t kOne = 500'000'000;
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t at = now.tv_sec * std::int64_t{1'000'000'000} + now.tv_nsec;
  if (!interrupted.exchange(true)) {
    first_at = at;
  } else if (at - first_at > kOne) {
    _exit(kInterrupted);
  }
}

}  // namespace

const std::atomic<bool>& watch_for_interrupts() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  return interrupted;
}

}  // namespace gnomon::cli
