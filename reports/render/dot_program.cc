#include "reports/render/dot_program.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>
#include <vector>

extern char** environ;

namespace gnomon::reports {
namespace {

using Clock = std::chrono::steady_clock;

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() { close(); }
  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_ = -1;
};

std::unexpected<Error> failed(std::string_view what, int code) {
  return fail(ErrorKind::kDidNotHappen,
              fmt::format("cannot run dot: {}: {}", what, std::strerror(code)));
}

/// What dot is to make of a graph.
struct DotTask {
  std::vector<const char*> arguments;
  std::string_view end;  ///< of a whole output
};

/// A started dot. Killed and waited for at the end of its life, whatever happened.
class DotProcess {
 public:
  static Expected<DotProcess> start(const char* program, const DotTask& task,
                                    const DotLimits& limits);
  DotProcess(DotProcess&& other) noexcept
      : pid_(std::exchange(other.pid_, 0)),
        channel_(std::move(other.channel_)),
        errors_(std::move(other.errors_)) {}
  DotProcess& operator=(DotProcess&&) = delete;
  ~DotProcess() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    wait(Clock::time_point::max());
  }

  /// Feeds `input`, collects what dot writes, and waits for its end.
  Expected<std::string> talk(std::string_view input, const DotTask& task, const DotLimits& limits);

 private:
  DotProcess(pid_t pid, Descriptor channel, Descriptor errors)
      : pid_(pid), channel_(std::move(channel)), errors_(std::move(errors)) {}

  /// The exit status, or -1 if the deadline came first.
  int wait(Clock::time_point deadline);

  pid_t pid_;
  Descriptor channel_;  // its standard input and output: a socket, so that writing to a dead dot is
                        // no signal
  Descriptor errors_;
};

Expected<DotProcess> DotProcess::start(const char* program, const DotTask& task,
                                       const DotLimits& limits) {
  std::array<int, 2> channel{};
  std::array<int, 2> errors{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel.data()) != 0)
    return failed("socketpair", errno);
  Descriptor ours(channel[0]);
  const Descriptor theirs(channel[1]);
  if (::pipe2(errors.data(), O_CLOEXEC) != 0) return failed("pipe", errno);
  Descriptor our_errors(errors[0]);
  const Descriptor their_errors(errors[1]);
  ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(our_errors.get(), F_SETFL, O_NONBLOCK);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, theirs.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, their_errors.get(), STDERR_FILENO);
  std::vector<char*> arguments = {const_cast<char*>(program)};
  for (const char* argument : task.arguments) arguments.push_back(const_cast<char*>(argument));
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int code = ::posix_spawnp(&pid, program, &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (code == ENOENT) {
    return fail(
        ErrorKind::kCannotHappen,
        fmt::format("there is no program '{}' (Graphviz); write a .dot file instead", program));
  }
  if (code != 0) return failed("posix_spawn", code);

  // It waits for its input meanwhile, so the limits are there before it works.
  const rlimit memory{limits.memory_bytes, limits.memory_bytes};
  ::prlimit(pid, RLIMIT_AS, &memory, nullptr);
  const rlimit no_core{0, 0};
  ::prlimit(pid, RLIMIT_CORE, &no_core, nullptr);
  return DotProcess(pid, std::move(ours), std::move(our_errors));
}

int DotProcess::wait(Clock::time_point deadline) {
  while (true) {
    int status = 0;
    const pid_t done = ::waitpid(pid_, &status, deadline == Clock::time_point::max() ? 0 : WNOHANG);
    if (done == pid_ || (done < 0 && errno != EINTR)) {
      pid_ = 0;
      return status;
    }
    if (done == 0) {
      if (Clock::now() >= deadline) return -1;
      ::poll(nullptr, 0, 1);
    }
  }
}

/// Appends what there is to read; false at the end of the stream.
bool read_some(const Descriptor& from, std::string& text) {
  std::array<char, 65536> buffer;
  const ssize_t size = ::read(from.get(), buffer.data(), buffer.size());
  if (size > 0) text.append(buffer.data(), static_cast<std::size_t>(size));
  return size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR));
}

Expected<std::string> DotProcess::talk(std::string_view input, const DotTask& task,
                                       const DotLimits& limits) {
  const auto deadline = Clock::now() + limits.time;
  std::string output;
  std::string complaint;
  bool reading = true;
  while (reading || errors_.is_open()) {
    std::array<pollfd, 2> waits = {
        {{reading ? channel_.get() : -1, POLLIN, 0}, {errors_.get(), POLLIN, 0}}};
    if (!input.empty()) waits[0].events |= POLLOUT;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) {
      return fail(ErrorKind::kDidNotHappen,
                  fmt::format("dot took longer than {} s", limits.time / 1s));
    }
    if (::poll(waits.data(), waits.size(), static_cast<int>(std::min<std::int64_t>(left, 60'000))) <
            0 &&
        errno != EINTR) {
      return failed("poll", errno);
    }
    if ((waits[0].revents & POLLOUT) != 0) {
      const ssize_t sent = ::send(channel_.get(), input.data(), input.size(), MSG_NOSIGNAL);
      if (sent > 0) input.remove_prefix(static_cast<std::size_t>(sent));
      if (sent < 0 && errno != EAGAIN && errno != EINTR)
        input = {};  // it died; its status tells why
      if (input.empty()) ::shutdown(channel_.get(), SHUT_WR);
    }
    if ((waits[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0)
      reading = read_some(channel_, output);
    if ((waits[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
      if (!read_some(errors_, complaint)) errors_.close();
      if (complaint.size() > 4096) complaint.resize(4096);
    }
    if (output.size() > limits.output_bytes) {
      return fail(ErrorKind::kDidNotHappen,
                  fmt::format("dot wrote more than {} bytes", limits.output_bytes));
    }
  }
  const int status = wait(deadline);
  if (status == 0 && output.ends_with(task.end)) return output;
  if (status == 0) return fail(ErrorKind::kDidNotHappen, "dot did not write all of it");
  if (status == -1) return fail(ErrorKind::kDidNotHappen, "dot did not end");
  const std::string how = WIFSIGNALED(status)
                              ? fmt::format("was ended by signal {}", WTERMSIG(status))
                              : fmt::format("failed with exit code {}", WEXITSTATUS(status));
  complaint.erase(std::min(complaint.find('\n'), complaint.size()));
  return fail(ErrorKind::kDidNotHappen,
              fmt::format("dot {}{}{}", how, complaint.empty() ? "" : ": ", complaint));
}

Expected<std::string> run(std::string_view graph, const DotTask& task, const DotLimits& limits,
                          const char* program) {
  auto process = DotProcess::start(program, task, limits);
  if (!process) return std::unexpected(process.error());
  return process->talk(graph, task, limits);
}

}  // namespace

Expected<std::string> run_dot(std::string_view graph, const DotLimits& limits,
                              const char* program) {
  return run(graph, {.arguments = {"-Tsvg"}, .end = "</svg>\n"}, limits, program);
}

Expected<std::string> read_dot(std::string_view graph, const DotLimits& limits) {
  if (graph.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return invalid("1: it is empty; write digraph { ... }");
  // There is no output without a layout; osage's takes the least time by far.
  auto json = run(graph, {.arguments = {"-Kosage", "-Tdot_json"}, .end = "}\n"}, limits, "dot");
  if (json || json.error().kind != ErrorKind::kDidNotHappen) return json;
  constexpr std::string_view kMark = "syntax error in line ";
  const std::string& message = json.error().message;
  const std::size_t at = message.find(kMark);
  if (at == std::string::npos) return json;
  const std::size_t line = at + kMark.size();
  const std::size_t end = std::min(message.find_first_not_of("0123456789", line), message.size());
  return invalid(
      fmt::format("{}: syntax error{}", message.substr(line, end - line), message.substr(end)));
}

}  // namespace gnomon::reports
