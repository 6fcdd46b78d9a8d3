#include "adapters/file_sink/file_sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

namespace gnomon::adapters {
namespace {

using ::testing::HasSubstr;

/// A thread that does what it is given, like the EventLoop, and keeps the answers.
class Answers final : public Inbox {
 public:
  void post(Answer answer) override { answers.push_back(std::get<Delivered>(std::move(answer))); }
  FileSink::Post poster() {
    return [this](FileSink::Task task) {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
      changed_.notify_all();
    };
  }
  /// Waits until there are so many answers.
  void await(std::size_t count) {
    while (answers.size() < count) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !tasks_.empty(); });
      auto tasks = std::exchange(tasks_, {});
      lock.unlock();
      for (auto& task : tasks) task();
    }
  }
  void run_rest() {
    const std::lock_guard lock(mutex_);
    for (auto& task : tasks_) task();
  }

  std::vector<Delivered> answers;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<FileSink::Task> tasks_;
};

class FileSinkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "file_sink_XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    path_ = folder_ + "/events.jsonl";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<FileSink> open() {
    auto sink = FileSink::create(path_, answers_, answers_.poster());
    EXPECT_TRUE(sink) << sink.error().message;
    return sink ? std::move(*sink) : nullptr;
  }
  void write(std::string_view text) { std::ofstream(path_, std::ios::binary) << text; }
  std::string read() const {
    std::ostringstream text;
    text << std::ifstream(path_, std::ios::binary).rdbuf();
    return text.str();
  }

  std::string folder_;
  std::string path_;
  Answers answers_;
};

TEST_F(FileSinkTest, WritesALineForEachEvent) {
  const auto sink = open();
  sink->deliver({"logs", 2, {Payload{R"({"id":"0-1"})"}, Payload{R"({"id":"0-2"})"}}});
  sink->deliver({"ui", 3, {Payload{R"({"id":"0-3"})"}}});
  answers_.await(2);
  EXPECT_EQ(read(), "{\"id\":\"0-1\"}\n{\"id\":\"0-2\"}\n{\"id\":\"0-3\"}\n");
  EXPECT_EQ(answers_.answers[0].subscriber, "logs");
  EXPECT_EQ(answers_.answers[0].upto, 2u);
  EXPECT_TRUE(answers_.answers[0].result);
  EXPECT_EQ(answers_.answers[1].subscriber, "ui");
}

TEST_F(FileSinkTest, KeepsAnEventOnOneLine) {
  const auto sink = open();
  sink->deliver({"logs", 1, {Payload{"{\r\n \"id\": \"a\\nb\"\n}"}, Payload{}}});
  answers_.await(1);
  EXPECT_EQ(read(), "{   \"id\": \"a\\nb\" }\nnull\n");
}

TEST_F(FileSinkTest, AppendsToWhatIsThere) {
  write("{\"id\":\"0-1\"}\n");
  const auto sink = open();
  sink->deliver({"logs", 2, {Payload{"2"}}});
  answers_.await(1);
  EXPECT_EQ(read(), "{\"id\":\"0-1\"}\n2\n");
}

TEST_F(FileSinkTest, TakesAwayALineThatACrashLeftHalfWritten) {
  write("1\n" + std::string(10'000, 'x'));
  open();
  EXPECT_EQ(read(), "1\n");
  write(std::string(10'000, 'x'));
  open();
  EXPECT_EQ(read(), "");
  write("1\n2\n");
  open();
  EXPECT_EQ(read(), "1\n2\n");
}

// The size limit of the process stands for a full disk.
TEST_F(FileSinkTest, LeavesNoPartOfADeliveryThatFails) {
  const auto sink = open();
  sink->deliver({"logs", 1, {Payload{"1"}}});
  answers_.await(1);

  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit full{.rlim_cur = 4096, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
  sink->deliver({"logs", 2, {Payload{std::string(10'000, '2')}}});
  answers_.await(2);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ASSERT_FALSE(answers_.answers[1].result);
  EXPECT_EQ(answers_.answers[1].result.error().kind, ErrorKind::kDidNotHappen);
  EXPECT_THAT(answers_.answers[1].result.error().message, HasSubstr("File too large"));
  EXPECT_EQ(read(), "1\n");

  sink->deliver({"logs", 2, {Payload{"2"}}});
  answers_.await(3);
  EXPECT_TRUE(answers_.answers[2].result);
  EXPECT_EQ(read(), "1\n2\n");
}

TEST_F(FileSinkTest, WritesWhatItWasGivenBeforeItGoes) {
  auto sink = open();
  for (std::uint64_t i = 1; i <= 100; ++i) sink->deliver({"logs", i, {Payload{"1"}}});
  sink.reset();
  EXPECT_EQ(read().size(), 200u);
  answers_.run_rest();
  EXPECT_TRUE(answers_.answers.empty()) << "an answer came after the sink had gone";
}

TEST_F(FileSinkTest, RefusesWhatIsNoFileToAppendTo) {
  path_ = folder_ + "/no/such/folder";
  const auto missing = FileSink::create(path_, answers_, answers_.poster());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(missing.error().message, HasSubstr("No such file or directory"));

  EXPECT_FALSE(FileSink::create(folder_, answers_, answers_.poster()));
  path_ = folder_ + "/pipe";
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  const auto pipe = FileSink::create(path_, answers_, answers_.poster());
  ASSERT_FALSE(pipe);
  EXPECT_THAT(pipe.error().message, HasSubstr("is not a regular file"));
}

}  // namespace
}  // namespace gnomon::adapters
