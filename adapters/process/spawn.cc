#include "adapters/process/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/process/blocked_signals.h"

namespace gnomon::adapters {
namespace {

enum class Step : std::uint8_t { kSetUp, kDirectory, kProgram };

/// What a child that could not execute its program writes to the status pipe.
struct Refusal {
  Step step = Step::kSetUp;
  int number = 0;
};

/// All that a child needs, made ready beforehand: between vfork and exec it shares gnomon's memory
/// and must neither allocate nor take a lock.
struct Preparation {
  std::vector<char*> arguments;
  std::vector<char*> environment;
  std::vector<const char*> programs;  ///< to be tried in this order
  const char* directory = nullptr;
  int input = -1;
  int output = -1;
  int errors = -1;
  int status = -1;
  Reaper::Group* group = nullptr;
  pid_t parent = 0;
};

[[noreturn]] void refuse(const Preparation& preparation, Step step, int number) {
  const Refusal refusal{step, number};
  // A pipe takes so few bytes at once or not at all; without them, the exit code speaks.
  if (write(preparation.status, &refusal, sizeof refusal) < 0) _exit(126);
  _exit(127);
}

/// execve with each place where the program may be, as execvp does, but for running what is no
/// executable by a shell.
[[noreturn]] void execute(const Preparation& preparation) {
  int number = ENOENT;
  for (const char* program : preparation.programs) {
    execve(program, preparation.arguments.data(), preparation.environment.data());
    if (errno == ENOENT || errno == ENOTDIR) continue;
    number = errno;
    if (number != EACCES) break;
  }
  refuse(preparation, Step::kProgram, number);
}

[[noreturn, gnu::noinline]] void become(const Preparation& preparation) {
  // Handlers would run in gnomon's memory, and what gnomon ignores its children should not.
  struct sigaction action{};
  action.sa_handler = SIG_DFL;
  for (int signal = 1; signal <= SIGRTMAX; ++signal) sigaction(signal, &action, nullptr);

  if (setsid() < 0) refuse(preparation, Step::kSetUp, errno);
  preparation.group->store(getpid());
  // A second net, should the reaper be killed together with gnomon.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != preparation.parent) _exit(127);

  if (dup2(preparation.input, STDIN_FILENO) < 0 || dup2(preparation.output, STDOUT_FILENO) < 0 ||
      dup2(preparation.errors, STDERR_FILENO) < 0) {
    refuse(preparation, Step::kSetUp, errno);
  }
  // Whatever any library has opened; an old kernel's refusal leaves what we open ourselves closed.
  close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
  if (preparation.directory != nullptr && chdir(preparation.directory) != 0) {
    refuse(preparation, Step::kDirectory, errno);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execute(preparation);
}

/// vfork, because fork copies the page tables of all that gnomon holds: milliseconds, each time.
pid_t start(const Preparation& preparation) {
  const BlockedSignals blocked;
  const pid_t pid =
      vfork();  // NOLINT(clang-analyzer-security.insecureAPI.vfork, bugprone-unsafe-functions)
  if (pid == 0) become(preparation);
  return pid;
}

/// Where the program may be: its path, or its name below each absolute folder of the child's PATH.
std::vector<std::string> places_of(const Command& command) {
  const std::string& name = command.arguments.front();
  if (name.find('/') != std::string::npos) return {name};
  std::vector<std::string> places;
  for (const std::string_view variable : command.environment) {
    if (!variable.starts_with("PATH=")) continue;
    std::string_view rest = variable.substr(5);
    while (!rest.empty()) {
      const std::string_view folder = rest.substr(0, rest.find(':'));
      rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
      if (folder.starts_with('/')) places.push_back(fmt::format("{}/{}", folder, name));
    }
  }
  return places;
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> list;
  list.reserve(strings.size() + 1);
  // execve takes char* for historical reasons, and changes nothing.
  for (const std::string& text : strings) list.push_back(const_cast<char*>(text.c_str()));
  list.push_back(nullptr);
  return list;
}

std::optional<Refusal> read_refusal(const Descriptor& status) {
  Refusal refusal;
  ssize_t length = 0;
  while ((length = read(status.get(), &refusal, sizeof refusal)) < 0 && errno == EINTR) {
  }
  if (length == sizeof refusal) return refusal;
  return std::nullopt;  // closed by execve
}

Error error_of(const Refusal& refusal, const Command& command) {
  switch (refusal.step) {
    case Step::kSetUp:
      break;
    case Step::kDirectory:
      return system_error(refusal.number,
                          fmt::format("cannot enter the directory {}", command.directory));
    case Step::kProgram:
      return system_error(refusal.number, fmt::format("cannot run {}", command.arguments.front()));
  }
  return system_error(refusal.number, "cannot set up a process");
}

void wait_for(pid_t pid) {
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void make_non_blocking(const Descriptor& descriptor) {
  fcntl(descriptor.get(), F_SETFL, O_NONBLOCK);
}

}  // namespace

Expected<Child> spawn(const Command& command, Reaper::Group& group) {
  Expected<Descriptor> input = make_input(command.input);
  if (!input) return std::unexpected(input.error());
  Expected<Pipe> output = make_pipe();
  if (!output) return std::unexpected(output.error());
  Expected<Pipe> errors = make_pipe();
  if (!errors) return std::unexpected(errors.error());
  Expected<Pipe> status = make_pipe();
  if (!status) return std::unexpected(status.error());

  const std::vector<std::string> places = places_of(command);
  Preparation preparation{
      .arguments = pointers(command.arguments),
      .environment = pointers(command.environment),
      .programs = {},
      .directory = command.directory.empty() ? nullptr : command.directory.c_str(),
      .input = input->get(),
      .output = output->write.get(),
      .errors = errors->write.get(),
      .status = status->write.get(),
      .group = &group,
      .parent = getpid()};
  for (const std::string& place : places) preparation.programs.push_back(place.c_str());

  const pid_t pid = start(preparation);
  if (pid < 0) return std::unexpected(system_error(errno, "cannot make a process"));
  status->write.close();
  if (const std::optional<Refusal> refusal = read_refusal(status->read)) {
    group.store(0);
    wait_for(pid);
    return std::unexpected(error_of(*refusal, command));
  }
  Child child{.pid = pid,
              .end = process_descriptor(pid),
              .output = std::move(output->read),
              .errors = std::move(errors->read)};
  if (!child.end) {
    const int number = errno;
    signal_group(pid, SIGKILL);
    group.store(0);
    wait_for(pid);
    return std::unexpected(system_error(number, "cannot watch a process"));
  }
  make_non_blocking(child.output);
  make_non_blocking(child.errors);
  return child;
}

void signal_group(pid_t group, int signal) {
  if (group > 0) kill(-group, signal);
}

}  // namespace gnomon::adapters
