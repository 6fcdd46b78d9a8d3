#pragma once

#include <atomic>

namespace gnomon::cli {

/// Set by the first Ctrl-C (SIGINT) or SIGTERM from now on, for work that ends in good order when
/// it sees it; another one ends the program at once. Those that come together, as a terminal and a
/// parent may both send one, count as one.
const std::atomic<bool>& watch_for_interrupts();

}  // namespace gnomon::cli
