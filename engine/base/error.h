#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace gnomon {

/// What is known of an operation that failed. A kind exists only where a caller reacts to it.
enum class ErrorKind : std::uint8_t {
  kInvalid,          ///< The caller's input is wrong; the same call fails again. Nothing happened.
  kDidNotHappen,     ///< Certainly without effect; may be tried again.
  kMayHaveHappened,  ///< The answer was lost; only a call under the same idempotency key is safe.
  kCannotHappen,     ///< Without effect, now and later (no such runtime, fenced off, disk format
                     ///< unknown).
};

/// An operating failure: a full disk, a lost connection, a bad file. Not an outcome of the work
/// (those are Events) and not a bug (those end in ENSURE).
struct Error {
  ErrorKind kind = ErrorKind::kInvalid;
  std::string message;
};

template <typename T>
using Expected = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return std::unexpected(Error{kind, std::move(message)});
}
inline std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorKind::kInvalid, std::move(message));
}

}  // namespace gnomon
