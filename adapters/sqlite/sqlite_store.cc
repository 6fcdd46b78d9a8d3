#include "adapters/sqlite/sqlite_store.h"

#include <type_traits>
#include <utility>

namespace gnomon::adapters {

// A copy on the commit thread would touch the counts of Payloads.
static_assert(std::is_nothrow_move_constructible_v<Commit>);

Expected<std::unique_ptr<SqliteStore>> SqliteStore::create(const Options& options, Inbox& inbox,
                                                           Post post) {
  auto file = ShardFile::open(options.path, options.shard, options.vfs);
  if (!file) return std::unexpected(file.error());
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(*file), inbox, std::move(post)));
}

SqliteStore::SqliteStore(std::unique_ptr<ShardFile> file, Inbox& inbox, Post post)
    : file_(std::move(file)),
      inbox_(std::make_shared<Inbox*>(&inbox)),
      post_(std::move(post)),
      thread_([this] { work(); }) {}

SqliteStore::~SqliteStore() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
  *inbox_ = nullptr;
}

Expected<StoredShard> SqliteStore::open() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.empty() && !working_; });
  return file_->take_over();
}

void SqliteStore::commit(CommitPtr commit) {
  ask(std::move(commit));
}
void SqliteStore::fetch(WorkflowId workflow, std::uint64_t ticket) {
  ask(Fetch{workflow, ticket});
}
void SqliteStore::read_events(std::uint64_t after, std::uint32_t limit) {
  ask(ReadEvents{after, limit});
}

void SqliteStore::ask(Question question) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(question));
  }
  changed_.notify_all();
}

void SqliteStore::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return !waiting_.empty() || ending_; });
    if (waiting_.empty()) return;
    std::vector<Question> questions = std::exchange(waiting_, {});
    working_ = true;
    lock.unlock();
    answer(std::move(questions));
    lock.lock();
    working_ = false;
    changed_.notify_all();
  }
}

void SqliteStore::answer(std::vector<Question> questions) {
  std::vector<Answer> answers;
  answers.reserve(questions.size());
  std::vector<CommitPtr> commits;
  const auto flush = [&] {
    std::vector<const Commit*> rows;
    for (const CommitPtr& commit : commits) rows.push_back(commit.get());
    std::vector<Expected<void>> results = file_->commit(rows);
    for (std::size_t i = 0; i < commits.size(); ++i) {
      answers.emplace_back(
          CommitDone{commits[i]->sequence, std::move(results[i]), std::move(commits[i])});
    }
    commits.clear();
  };
  for (Question& question : questions) {
    if (auto* commit = std::get_if<CommitPtr>(&question)) {
      commits.push_back(std::move(*commit));
      continue;
    }
    flush();
    if (const auto* fetch = std::get_if<Fetch>(&question)) {
      answers.emplace_back(WorkflowFetched{fetch->ticket, file_->read_family(fetch->workflow)});
    } else {
      const auto& read = std::get<ReadEvents>(question);
      answers.emplace_back(file_->read_events(read.after, read.limit));
    }
  }
  flush();
  post_([inbox = inbox_, answers = std::move(answers)]() mutable {
    for (Answer& given : answers) {
      if (*inbox != nullptr) (*inbox)->post(std::move(given));
    }
  });
}

}  // namespace gnomon::adapters
