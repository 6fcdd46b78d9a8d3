#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <time.h>

#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>

#include "adapters/process/process_runtime.h"
#include "adapters/system/event_loop.h"
#include "engine/expressions/json.h"
#include "tests/contract/runtime_contract.h"

namespace gnomon::adapters {

/// A ProcessRuntime on a loop of its own, and the tasks it is given.
class ProcessWorld final : private Wakeable {
 public:
  ProcessWorld(ProcessSettings settings, Inbox& inbox) {
    auto opened = ProcessRuntime::open(std::move(settings), loop_, inbox);
    if (!opened) throw std::runtime_error(opened.error().message);
    runtime_ = std::move(*opened);
  }
  ProcessWorld(std::uint32_t slots, Inbox& inbox)
      : ProcessWorld(ProcessSettings{.slots = slots, .grace = 300ms}, inbox) {}

  EventLoop& loop() { return loop_; }
  ProcessRuntime& runtime() { return *runtime_; }

  Launch launch(const ActionKey& key, std::string_view params) {
    return Launch{.key = key, .task = &task(params)};
  }
  Launch launch(const ActionKey& key, const contract::Work& work) {
    const char* how = "exit 0";
    if (work.error == ErrorClass::kTransient) how = "exit 75";
    if (work.error == ErrorClass::kPermanent) how = "exit 3";
    if (work.error == ErrorClass::kLost) how = "kill -KILL $$";
    const double seconds = std::chrono::duration<double>(work.lasts).count();
    Launch made = launch(
        key, JsonObject().add_string("shell", fmt::format("sleep {}; {}", seconds, how)).text());
    made.units = work.units;
    return made;
  }

  bool run_until(const std::function<bool()>& done) {
    if (done()) return true;
    done_ = &done;
    deadline_ = loop_.now() + 1min;
    loop_.call_at(loop_.now() + kTick, *this, 0);
    loop_.run();
    return done();
  }

 private:
  static constexpr Duration kTick = 1ms;

  const TaskSpec& task(std::string_view params) {
    return tasks_.emplace_back(
        TaskSpec{.runtime = "process", .action = "run", .params = Payload(params)});
  }
  void wake(std::uint64_t) override {
    if ((*done_)() || loop_.now() >= deadline_) return loop_.stop();
    loop_.call_at(loop_.now() + kTick, *this, 0);
  }

  EventLoop loop_;
  std::deque<TaskSpec> tasks_;
  std::unique_ptr<ProcessRuntime> runtime_;
  const std::function<bool()>* done_ = nullptr;
  Instant deadline_{};
};

/// A fresh folder, gone with the object.
class ProcessFolder {
 public:
  ProcessFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "gnomon-process-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  ~ProcessFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ProcessFolder(const ProcessFolder&) = delete;
  ProcessFolder& operator=(const ProcessFolder&) = delete;
  std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline std::string contents_of(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Whether a process of that number runs; a zombie does not.
inline bool runs(pid_t pid) {
  const std::string stat = contents_of("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t name_end = stat.rfind(')');
  return name_end != std::string::npos && name_end + 2 < stat.size() && stat[name_end + 2] != 'Z' &&
         stat[name_end + 2] != 'X';
}

/// Waits up to ten seconds for something to hold.
inline bool eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 2'000; ++i) {
    if (holds()) return true;
    const timespec pause{.tv_sec = 0, .tv_nsec = 5'000'000};
    nanosleep(&pause, nullptr);
  }
  return false;
}

}  // namespace gnomon::adapters
