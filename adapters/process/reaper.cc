#include "adapters/process/reaper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <new>
#include <thread>

#include "adapters/process/blocked_signals.h"
#include "engine/base/ensure.h"

namespace gnomon::adapters {
namespace {

using Group = Reaper::Group;
static_assert(Group::is_always_lock_free, "the table is shared between processes");

constexpr int kFarewellMs = 5000;

// ---- Within the reaper. gnomon may have had threads when it forked, whose locks nobody releases
// here, so everything up to run_reaper() keeps to calls that are safe in a signal handler.

struct Groups {
  const Group* table;
  std::uint32_t size;
  bool holds(pid_t group) const {
    return std::any_of(table, table + size, [&](const Group& it) { return it.load() == group; });
  }
};

void sleep_ms(long ms) {
  const timespec time{.tv_sec = 0, .tv_nsec = ms * 1'000'000};
  nanosleep(&time, nullptr);
}

/// The group of a process that runs, from /proc/<pid>/stat: "17 (name) S 1 17 ...". 0: it is over,
/// be it as a zombie that nobody has waited for.
pid_t running_group(int proc, const char* pid) {
  const int folder = openat(proc, pid, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return 0;
  const int file = openat(folder, "stat", O_RDONLY | O_CLOEXEC);
  close(folder);
  if (file < 0) return 0;
  std::array<char, 512> text{};
  const ssize_t length = read(file, text.data(), text.size() - 1);
  close(file);
  if (length <= 0) return 0;
  const char* at = strrchr(text.data(), ')');  // a name may hold spaces and parentheses
  if (at == nullptr || at[1] != ' ') return 0;
  const char state = at[2];
  if (state == 'Z' || state == 'X' || state == '\0') return 0;
  at = strchr(at + 3, ' ');                     // before the parent
  if (at != nullptr) at = strchr(at + 1, ' ');  // before the group
  pid_t group = 0;
  for (; at != nullptr && at[1] >= '0' && at[1] <= '9'; ++at) group = group * 10 + (at[1] - '0');
  return group;
}

/// Asks /proc, because kill(-group, 0) finds zombies too, and not every container has an init that
/// waits for them.
bool anybody_runs(const Groups& groups) {
  const int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (proc < 0) return true;
  bool found = false;
  alignas(dirent64) std::array<char, 4096> buffer;
  ssize_t length = 0;
  while (!found && (length = getdents64(proc, buffer.data(), buffer.size())) > 0) {
    for (ssize_t at = 0; !found && at < length;) {
      const auto* entry = reinterpret_cast<const dirent64*>(buffer.data() + at);
      at += entry->d_reclen;
      if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
      const pid_t group = running_group(proc, entry->d_name);
      found = group != 0 && groups.holds(group);
    }
  }
  close(proc);
  return found;
}

bool anybody_left(const Groups& groups) {
  const bool named = std::any_of(groups.table, groups.table + groups.size, [](const Group& group) {
    const pid_t number = group.load();
    return number != 0 && (kill(-number, 0) == 0 || errno != ESRCH);
  });
  return named && anybody_runs(groups);
}

/// Lets go of everything that was gnomon's but the two descriptors: its files, terminal, signals.
void leave_gnomon(int life, int lock) {
  setsid();
  struct sigaction action{};
  action.sa_handler = SIG_IGN;
  for (int signal = 1; signal <= SIGRTMAX; ++signal) sigaction(signal, &action, nullptr);
  prctl(PR_SET_NAME, "task-reaper");  // so that `killall gnomon` leaves it
  if (chdir("/") != 0) _exit(1);

  const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int number = 0; number <= STDERR_FILENO; ++number) dup2(nothing, number);
  const int low = std::min(life, lock);
  const int high = std::max(life, lock);
  const auto close_between = [](int first, int last) {
    if (first <= last) close_range(static_cast<unsigned>(first), static_cast<unsigned>(last), 0);
  };
  close_between(STDERR_FILENO + 1, (low < 0 ? high : low) - 1);
  if (low >= 0) close_between(low + 1, high - 1);
  close_range(static_cast<unsigned>(high) + 1, ~0U, 0);
}

[[noreturn]] void run_reaper(int life, int lock, const Groups& groups) {
  leave_gnomon(life, lock);
  char byte = 0;
  while (read(life, &byte, 1) < 0 && errno == EINTR) {
  }
  for (std::uint32_t i = 0; i < groups.size; ++i) {
    // One signal is enough: a fork within the group either comes before it or fails.
    if (const pid_t group = groups.table[i].load(); group > 0) kill(-group, SIGKILL);
  }
  for (long pause = 1; anybody_left(groups); pause = std::min(2 * pause, 50L)) sleep_ms(pause);
  _exit(0);
}

// ---- Within gnomon.

Expected<Descriptor> take_lock(const std::string& path, Duration wait) {
  if (path.empty()) return Descriptor();
  Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file) {
    return std::unexpected(system_error(errno, fmt::format("cannot open the lock file {}", path)));
  }
  const auto until = std::chrono::steady_clock::now() + wait;
  while (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) {
      return std::unexpected(system_error(errno, fmt::format("cannot lock {}", path)));
    }
    if (std::chrono::steady_clock::now() >= until) {
      return fail(
          ErrorKind::kDidNotHappen,
          fmt::format("{} is locked, for {} s by now: another gnomon runs processes for this "
                      "store, or those of one that died do not end",
                      path, std::chrono::ceil<std::chrono::seconds>(wait).count()));
    }
    std::this_thread::sleep_for(5ms);
  }
  return file;
}

}  // namespace

Expected<std::unique_ptr<Reaper>> Reaper::start(std::uint32_t groups_max,
                                                const std::string& lock_file, Duration lock_wait) {
  std::unique_ptr<Reaper> reaper(new Reaper);
  Expected<Descriptor> lock = take_lock(lock_file, lock_wait);
  if (!lock) return std::unexpected(lock.error());
  reaper->lock_ = std::move(*lock);
  Expected<Pipe> life = make_pipe();
  if (!life) return std::unexpected(life.error());
  reaper->life_ = std::move(*life);

  void* memory = mmap(nullptr, groups_max * sizeof(Group), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    return std::unexpected(system_error(errno, "cannot make the table of process groups"));
  }
  reaper->groups_max_ = groups_max;
  reaper->table_ = static_cast<Group*>(memory);
  reaper->free_.reserve(groups_max);
  for (std::uint32_t i = groups_max; i > 0; --i) {
    reaper->free_.push_back(new (&reaper->table_[i - 1]) Group(0));
  }
  if (const Expected<void> started = reaper->restart(); !started) {
    return std::unexpected(started.error());
  }
  return reaper;
}

Reaper::~Reaper() {
  life_.write.close();
  if (process_ && wait_readable(process_.get(), kFarewellMs)) {
    siginfo_t info;
    waitid(P_PIDFD, static_cast<id_t>(process_.get()), &info, WEXITED);
  }
  if (table_ != nullptr) munmap(table_, groups_max_ * sizeof(Group));
}

Expected<void> Reaper::restart() {
  if (process_) {
    siginfo_t info;
    waitid(P_PIDFD, static_cast<id_t>(process_.get()), &info, WEXITED | WNOHANG);
    process_.close();
  }
  const BlockedSignals blocked;
  const pid_t pid = fork();
  if (pid == 0) run_reaper(life_.read.get(), lock_.get(), {table_, groups_max_});
  if (pid < 0) return std::unexpected(system_error(errno, "cannot start the reaper process"));
  process_ = process_descriptor(pid);
  if (process_) return {};
  const int number = errno;
  kill(pid, SIGKILL);
  waitpid(pid, nullptr, 0);
  return std::unexpected(system_error(number, "cannot watch the reaper process"));
}

Reaper::Group& Reaper::take() {
  ENSURE(!free_.empty(), "more than {} process groups", groups_max_);
  Group& group = *free_.back();
  free_.pop_back();
  return group;
}

void Reaper::give_back(Group& group) {
  group.store(0);
  free_.push_back(&group);
}

}  // namespace gnomon::adapters
