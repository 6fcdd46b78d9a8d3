#include "scenarios/checker/workers.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

namespace gnomon::scenarios {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kLastWords = 2000;

std::unexpected<Error> failed(std::string_view what) {
  return fail(ErrorKind::kDidNotHappen, fmt::format("{}: {}", what, std::strerror(errno)));
}

bool write_all(int to, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::send(to, text.data(), text.size(), MSG_NOSIGNAL);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// Appends what there is; false at the end of the stream.
bool read_some(int from, std::string& text) {
  std::array<char, 4096> buffer;
  const ssize_t size = ::read(from, buffer.data(), buffer.size());
  if (size > 0) text.append(buffer.data(), static_cast<std::size_t>(size));
  return size > 0 || (size < 0 && (errno == EINTR || errno == EAGAIN));
}

void close_once(int& descriptor) {
  if (descriptor >= 0) ::close(std::exchange(descriptor, -1));
}

/// From now on this process may take so much of the processor's time; then SIGXCPU ends it.
void limit_cpu(std::chrono::seconds time) {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  rlimit limit{};
  ::getrlimit(RLIMIT_CPU, &limit);
  limit.rlim_cur =
      static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec + 1 + time.count());
  ::setrlimit(RLIMIT_CPU, &limit);
}

}  // namespace

Workers::Workers(std::size_t count, Work work, TrialLimits limits)
    : work_(std::move(work)), limits_(limits), processes_(count) {}

Workers::~Workers() {
  for (Process& process : processes_) end(process);
}

void Workers::end(Process& process) {
  close_once(process.channel);
  close_once(process.errors);
  if (process.pid == 0) return;
  ::kill(process.pid, SIGKILL);
  while (::waitpid(process.pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  process.pid = 0;
}

Expected<void> Workers::start(Process& process) {
  std::array<int, 2> channel{};
  std::array<int, 2> errors{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel.data()) != 0)
    return failed("cannot make a socket");
  if (::pipe2(errors.data(), O_CLOEXEC) != 0) {
    ::close(channel[0]);
    ::close(channel[1]);
    return failed("cannot make a pipe");
  }
  std::fflush(nullptr);  // what is buffered is written once, by this process
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(0);
    ::signal(SIGINT, SIG_IGN);  // whoever started the campaign ends it in good order
    ::dup2(errors[1], STDERR_FILENO);
    serve(channel[1]);
  }
  ::close(channel[1]);
  ::close(errors[1]);
  if (pid < 0) {
    ::close(channel[0]);
    ::close(errors[0]);
    return failed("cannot start a process");
  }
  process = {.pid = pid, .channel = channel[0], .errors = errors[0]};
  return {};
}

void Workers::serve(int channel) {
  std::string text;
  while (read_some(channel, text)) {
    for (std::size_t end; (end = text.find('\n')) != std::string::npos; text.erase(0, end + 1)) {
      limit_cpu(limits_.cpu);
      std::uint64_t seed = 0;
      std::from_chars(text.data(), text.data() + end, seed);
      if (!write_all(channel, to_line(work_(seed)) + '\n')) ::_exit(0);
    }
  }
  ::_exit(0);
}

bool Workers::give(Process& process, std::uint64_t seed) {
  process.seed = seed;
  process.since = Clock::now();
  return write_all(process.channel, fmt::format("{}\n", seed));
}

TrialResult Workers::obituary(Process& process) {
  while (read_some(process.errors, process.last_words)) {
  }
  int status = 0;
  while (::waitpid(process.pid, &status, 0) < 0 && errno == EINTR) {
  }
  process.pid = 0;
  TrialResult result{.seed = *process.seed, .verdict = Verdict::kCrash, .oracle = "engine"};
  if (process.last_words.size() > kLastWords)
    process.last_words.erase(0, process.last_words.size() - kLastWords);
  while (process.last_words.ends_with('\n')) process.last_words.pop_back();
  result.what = WIFSIGNALED(status) ? fmt::format("ended by signal {} ({})", WTERMSIG(status),
                                                  ::strsignal(WTERMSIG(status)))
                                    : fmt::format("ended with code {}", WEXITSTATUS(status));
  if (!process.last_words.empty()) result.what += ": " + process.last_words;
  return result;
}

void Workers::listen(Process& process, const std::function<bool(TrialResult&&)>& told,
                     bool& go_on) {
  const bool lives = read_some(process.channel, process.line);
  for (std::size_t end; (end = process.line.find('\n')) != std::string::npos;
       process.line.erase(0, end + 1)) {
    auto result = from_line(process.line.substr(0, end));
    process.seed.reset();
    if (result) go_on = told(*std::move(result)) && go_on;
  }
  if (lives) return;
  if (process.seed) go_on = told(obituary(process)) && go_on;
  end(process);
  process = {};
}

Expected<void> Workers::run(const std::function<std::optional<std::uint64_t>()>& next,
                            const std::function<bool(TrialResult&&)>& told) {
  bool go_on = true;
  bool more = true;
  while (true) {
    std::vector<pollfd> waits;
    for (Process& process : processes_) {
      while (go_on && more && !process.seed) {
        const auto seed = next();
        more = seed.has_value();
        if (!more) break;
        if (process.pid == 0) {
          if (auto started = start(process); !started) return started;
        }
        if (!give(process, *seed)) continue;
      }
      if (process.seed) waits.push_back({process.channel, POLLIN, 0});
      if (process.seed) waits.push_back({process.errors, POLLIN, 0});
    }
    if (waits.empty()) return {};
    if (::poll(waits.data(), waits.size(), 200) < 0 && errno != EINTR) return failed("poll");
    for (const pollfd& wait : waits) {
      if (wait.revents == 0) continue;
      for (Process& process : processes_) {
        if (process.channel == wait.fd) listen(process, told, go_on);
        if (process.errors == wait.fd && !read_some(process.errors, process.last_words))
          close_once(process.errors);
      }
    }
    for (Process& process : processes_) {
      if (process.pid == 0 || !process.seed || Clock::now() - process.since < limits_.wall)
        continue;
      ::kill(process.pid, SIGKILL);
      process.last_words += fmt::format("silent for {} s, and killed", limits_.wall.count());
    }
  }
}

}  // namespace gnomon::scenarios
