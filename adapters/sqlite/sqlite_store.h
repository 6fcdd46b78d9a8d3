#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "adapters/sqlite/shard_file.h"
#include "engine/ports/inbox.h"
#include "engine/ports/store.h"

namespace gnomon::adapters {

/// The Store port on SQLite. A thread of its own makes commits durable, so that the engine decides
/// the next batch while the disk works; all commits that wait go into one transaction, with one
/// fsync (group commit).
///
/// Always holds: answers come in the order of the questions, on the thread that Post leads to; the
/// commit thread reads the texts of Payloads but neither copies nor frees one, as their counts are
/// not atomic.
class SqliteStore final : public Store {
 public:
  using Task = std::move_only_function<void()>;
  /// Runs a task later on the thread of the Inbox: EventLoop::post. Called on the commit thread.
  using Post = std::function<void(Task)>;
  struct Options {
    std::string path;
    ShardId shard = 0;
    std::string vfs;  ///< "" is SQLite's default
  };

  /// kInvalid if the file is not a record of this version or an older one.
  static Expected<std::unique_ptr<SqliteStore>> create(const Options& options, Inbox& inbox,
                                                       Post post);
  /// Finishes the commits that were given; what has not been answered by then is not answered any
  /// more.
  ~SqliteStore() override;

  Expected<StoredShard> open() override;
  void commit(CommitPtr commit) override;
  void fetch(WorkflowId workflow, std::uint64_t ticket) override;
  void read_events(std::uint64_t after, std::uint32_t limit) override;

 private:
  struct Fetch {
    WorkflowId workflow;
    std::uint64_t ticket;
  };
  struct ReadEvents {
    std::uint64_t after;
    std::uint32_t limit;
  };
  using Question = std::variant<CommitPtr, Fetch, ReadEvents>;

  SqliteStore(std::unique_ptr<ShardFile> file, Inbox& inbox, Post post);
  void ask(Question question);
  void work();
  void answer(std::vector<Question> questions);

  std::unique_ptr<ShardFile> file_;  // used by the commit thread, and by open() while that is idle
  /// The Inbox, as long as the store lives; answers that are under way then find it gone.
  std::shared_ptr<Inbox*> inbox_;
  Post post_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Question> waiting_;
  bool working_ = false;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace gnomon::adapters
