#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/sqlite/mailbox.h"
#include "adapters/sqlite/sqlite_store.h"
#include "tests/adapters/sqlite/temporary_folder.h"

namespace gnomon::adapters {

/// A file for stores, and a thread's worth of answers.
class StorePlace {
 public:
  std::unique_ptr<Store> make(ShardId shard, Inbox& inbox) {
    auto store = SqliteStore::create({.path = path(), .shard = shard}, inbox,
                                     [this](SqliteStore::Task task) { post(std::move(task)); });
    EXPECT_TRUE(store) << store.error().message;
    return store ? std::move(*store) : nullptr;
  }
  void run_until(const std::function<bool()>& done) {
    while (!done()) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !tasks_.empty(); });
      auto tasks = std::exchange(tasks_, {});
      lock.unlock();
      for (auto& task : tasks) task();
    }
  }
  std::uint64_t put_command() {
    if (!std::filesystem::exists(path())) {
      EXPECT_TRUE(ShardFile::open(path(), 0));
    }
    auto mailbox = Mailbox::open(path());
    EXPECT_TRUE(mailbox) << mailbox.error().message;
    const auto number = mailbox->send({.kind = CommandKind::kStart, .name = "w"});
    EXPECT_TRUE(number) << number.error().message;
    return number.value_or(0);
  }
  std::optional<AnsweredRow> answer(std::uint64_t number) {
    auto mailbox = Mailbox::open(path());
    const auto row = mailbox ? mailbox->find(number).value() : std::nullopt;
    if (!row || row->answered_at == kUnset) return std::nullopt;
    return AnsweredRow{number, row->answered_at, row->result, row->error};
  }
  std::string path() const { return folder_.file("store.db"); }

 private:
  void post(SqliteStore::Task task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    changed_.notify_all();
  }

  TemporaryFolder folder_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<SqliteStore::Task> tasks_;
};

}  // namespace gnomon::adapters
