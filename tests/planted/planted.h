#pragma once

/// The planted bug that is switched on in this process; 0: none. Sources into which bugs were
/// planted ask for it; see README.md.
namespace gnomon::planted {

inline int active = 0;
inline bool is_on(int bug) {
  return active == bug;
}

}  // namespace gnomon::planted
