#pragma once

#include <atomic>

namespace gnomon::cli {

/// Set by the first Ctrl-C (SIGINT) or SIGTERM from now on, for work that ends in good order when
/// it sees it; the second one ends the program at once.
const std::atomic<bool>& watch_for_interrupts();

}  // namespace gnomon::cli
