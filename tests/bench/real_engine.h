#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "adapters/sqlite/sqlite_store.h"
#include "adapters/system/event_loop.h"
#include "engine/base/ensure.h"
#include "engine/shard/host.h"
#include "scenarios/language/workflow.h"

namespace gnomon::bench {

/// A runtime in this process whose actions do nothing: each ends as soon as it is launched, unless
/// `holds` says that it never ends.
class NoopRuntime final : public Runtime {
 public:
  NoopRuntime(Clock& clock, Inbox& inbox) : clock_(clock), inbox_(inbox) {}
  void launch(const Launch& launch) override {
    const Instant now = clock_.now();
    if (on_launch) on_launch(launch.key, now);
    if (holds && holds(launch.key)) return;
    inbox_.post(ActionEnded{.key = launch.key, .started_at = now, .ended_at = now, .result = {}});
  }
  void poll(const ActionKey& key) override { inbox_.post(ActionStatus{key, false}); }
  void cancel(const ActionKey&) override {}

  std::function<void(const ActionKey&, Instant)> on_launch;
  std::function<bool(const ActionKey&)> holds;

 private:
  Clock& clock_;
  Inbox& inbox_;
};

/// One shard of the engine on a SQLite file with synchronous=FULL, the system's clock and a
/// NoopRuntime.
class RealEngine final : private Inbox, private CommitListener {
 public:
  explicit RealEngine(const std::string& path) : runtime(loop, *this) {
    auto store = adapters::SqliteStore::create(
        {.path = path, .shard = 0, .vfs = {}}, *this,
        [this](adapters::SqliteStore::Task task) { loop.post(std::move(task)); });
    ENSURE(store.has_value(), "{}", store.error().message);
    store_ = std::move(*store);
    HostSettings settings;
    settings.shard.workflow.runtimes = {{"noop", std::nullopt}};
    settings.shard.workflow.actions.sweep_interval = Duration::max();
    host_ = std::make_unique<Host>(
        settings, executors_, loop, *store_, std::vector<Runtime*>{&runtime},
        Decoders{.definition =
                     [](const DefinitionRow& row) {
                       return scenarios::decode_workflow(row.name, row.source.json());
                     },
                 .schedule = {}});
    host_->add_listener(*this);
  }

  /// Opens the store and rebuilds what lives in it.
  void start() { ENSURE(host_->start().has_value(), "the host does not start"); }
  void submit(const DefinitionPtr& definition, std::uint64_t workflows) {
    for (std::uint64_t i = 0; i < workflows; ++i)
      host_->submit(StartWorkflow{.workflow = {.definition = definition}});
  }
  /// Runs until so many workflows have ended.
  void run_until_ended(std::uint64_t workflows) {
    left_ = workflows;
    if (left_ > 0) loop.run();
  }
  /// Runs until so many nodes have ended.
  void run_until_nodes_ended(std::uint64_t nodes) {
    nodes_left_ = nodes;
    loop.run();
  }
  const WorkflowService& workflows() const { return host_->shard()->workflows(); }

  adapters::EventLoop loop;
  NoopRuntime runtime;

 private:
  void post(Answer answer) override { host_->post(std::move(answer)); }
  void committed(const Commit& commit) override {
    for (const WorkflowRow& row : commit.workflows) {
      if (row.phase == WorkflowPhase::kFinished && left_ > 0 && --left_ == 0) loop.stop();
    }
    for (const NodeRow& row : commit.nodes) {
      if (row.phase == NodePhase::kFinished && nodes_left_ > 0 && --nodes_left_ == 0) loop.stop();
    }
  }

  NodeExecutors executors_;
  std::unique_ptr<adapters::SqliteStore> store_;
  std::unique_ptr<Host> host_;
  std::uint64_t left_ = 0;
  std::uint64_t nodes_left_ = 0;
};

/// A path in the folder for temporary files at which there is no store.
inline std::string fresh_file(const char* name) {
  const std::string path = (std::filesystem::temp_directory_path() / name).string();
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix);
  return path;
}

/// `count` layers of `width` nodes; node (l, i) depends on (l-1, i) and (l-1, i+1).
inline DefinitionPtr layers(std::uint32_t count, std::uint32_t width) {
  auto definition = scenarios::decode_workflow(
      "w", fmt::format(R"({{"generate":{{"layers":{},"width":{},"fan_in":{},"edges":"neighbours",)"
                       R"("task":{{"runtime":"noop","action":"x"}}}}}})",
                       count, width, width > 1 ? 2 : 1));
  ENSURE(definition.has_value(), "the benchmark's workflow is wrong: {}",
         definition.error().message);
  return *definition;
}

}  // namespace gnomon::bench
