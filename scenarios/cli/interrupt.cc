#include "scenarios/cli/interrupt.h"

#include <unistd.h>

#include <csignal>

#include "scenarios/cli/command.h"

namespace gnomon::cli {
namespace {

std::atomic<bool> interrupted = false;

void on_signal(int) {
  if (interrupted.exchange(true)) _exit(kInterrupted);
}

}  // namespace

const std::atomic<bool>& watch_for_interrupts() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  return interrupted;
}

}  // namespace gnomon::cli
