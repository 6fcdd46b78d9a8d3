#include "adapters/process/process.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/ensure.h"

namespace gnomon::adapters {
namespace {

/// Read in one go, so that one chatty process keeps neither the loop nor its own end waiting.
constexpr std::size_t kTurnBytes = 256 << 10;
/// What may be in a pipe at a child's end: Linux's default for the largest one, and as much again
/// that a stranger adds while it is read.
constexpr std::size_t kDrainBytes = 2 << 20;
constexpr int kFarewellMs = 1000;

}  // namespace

Expected<std::unique_ptr<Process>> Process::start(const Command& command, Reaper& reaper,
                                                  EventLoop& loop, const Options& options) {
  Reaper::Group& group = reaper.take();
  Expected<Child> child = spawn(command, group);
  if (!child) {
    reaper.give_back(group);
    return std::unexpected(child.error());
  }
  return std::unique_ptr<Process>(new Process(std::move(*child), reaper, group, loop, options));
}

Process::Process(Child child, Reaper& reaper, Reaper::Group& group, EventLoop& loop,
                 const Options& options)
    : pid_(child.pid),
      reaper_(reaper),
      group_(group),
      loop_(loop),
      options_(options),
      child_(std::move(child.end)),
      output_{std::move(child.output), CapturedOutput(options.output_bytes), {}},
      errors_{std::move(child.errors), CapturedOutput(options.output_bytes), {}} {
  output_.watch = loop.watch(output_.pipe.get(), Readiness::kReadable, *this, kOutput);
  errors_.watch = loop.watch(errors_.pipe.get(), Readiness::kReadable, *this, kErrors);
  child_watch_ = loop.watch(child_.get(), Readiness::kReadable, *this, kEnd);
}

Process::~Process() {
  if (end_) return;
  signal(SIGKILL);
  // What does not die, stuck in the kernel, stays in the reaper's table.
  if (wait_readable(child_.get(), kFarewellMs)) collect();
  loop_.unwatch(child_watch_);
  close(output_);
  close(errors_);
}

void Process::signal(int number) const {
  if (!end_) signal_group(pid_, number);
}

bool Process::has_ended() const {
  return end_.has_value() || wait_readable(child_.get(), 0);
}

const ProcessEnd& Process::end() const {
  ENSURE(end_.has_value(), "process {} runs", pid_);
  return *end_;
}

void Process::wake(std::uint64_t tag) {
  switch (tag) {
    case kOutput:
      return read(output_, kTurnBytes);
    case kErrors:
      return read(errors_, kTurnBytes);
    default:
      break;
  }
  if (!has_ended()) return;
  collect();
  loop_.unwatch(child_watch_);
  read(output_, kDrainBytes);
  read(errors_, kDrainBytes);
  close(output_);
  close(errors_);
  options_.owner->wake(options_.tag);
}

void Process::read(Stream& stream, std::size_t bytes_max) {
  std::array<char, 32 << 10> buffer;
  while (bytes_max > 0 && stream.pipe) {
    const ssize_t length =
        ::read(stream.pipe.get(), buffer.data(), std::min(buffer.size(), bytes_max));
    if (length > 0) {
      stream.kept.append({buffer.data(), static_cast<std::size_t>(length)});
      bytes_max -= static_cast<std::size_t>(length);
    } else if (length == 0) {
      close(stream);
    } else if (errno != EINTR) {
      return;  // EAGAIN: all is read
    }
  }
}

void Process::close(Stream& stream) {
  loop_.unwatch(std::exchange(stream.watch, {}));
  stream.pipe.close();
}

void Process::collect() {
  signal(SIGKILL);
  // Before the wait: from then on, the number may become another group's.
  reaper_.give_back(group_);
  siginfo_t info{};
  int result = 0;
  while ((result = waitid(P_PIDFD, static_cast<id_t>(child_.get()), &info, WEXITED)) < 0 &&
         errno == EINTR) {
  }
  if (result < 0) {
    end_ = ProcessEnd{.killed = true, .number = 0};  // somebody else waited for it
  } else {
    end_ = ProcessEnd{.killed = info.si_code != CLD_EXITED, .number = info.si_status};
  }
}

}  // namespace gnomon::adapters
