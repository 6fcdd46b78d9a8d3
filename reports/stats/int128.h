#pragma once

namespace gnomon::reports {

/// Sums of 64-bit values that cannot overflow. g++ and clang have it; the standard does not name
/// it.
__extension__ using Int128 = __int128;

}  // namespace gnomon::reports
