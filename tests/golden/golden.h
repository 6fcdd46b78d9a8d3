#pragma once

#include <string_view>

namespace gnomon::golden {

/// Expects `text` to be, to the byte, what tests/golden/<name> holds. Under GNOMON_UPDATE_GOLDEN=1
/// (tests/run --update-golden) the file is written instead, and the difference is for `git diff` to
/// show. A failure shows the first line that differs; a file that is missing fails.
void expect_golden(std::string_view name, std::string_view text);

}  // namespace gnomon::golden
