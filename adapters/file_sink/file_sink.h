#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "adapters/file_sink/line_file.h"
#include "engine/ports/event_sink.h"
#include "engine/ports/inbox.h"

namespace gnomon::adapters {

/// Appends events to a file, one JSON text a line (https://jsonlines.org). Several subscribers may
/// share it. A thread of its own writes, so that a slow disk does not keep the engine waiting; all
/// deliveries that wait share one fsync.
///
/// Always holds: a delivery is answered with success only when its lines survive a crash of the
/// machine; one that fails leaves none of its lines, or says that it may have. What comes again
/// after a crash has the same `id`.
class FileSink final : public EventSink {
 public:
  using Task = std::move_only_function<void()>;
  /// Runs a task later on the thread of the Inbox: EventLoop::post. Called on the writing thread.
  using Post = std::function<void(Task)>;

  /// kInvalid if there can be no such file.
  static Expected<std::unique_ptr<FileSink>> create(const std::string& path, Inbox& inbox,
                                                    Post post);
  /// Writes what it was given; what has not been answered by then is not answered any more.
  ~FileSink() override;

  void deliver(Delivery delivery) override;

 private:
  /// A delivery as the writing thread may have it: Payloads stay on the engine's.
  struct Lines {
    std::string subscriber;
    std::uint64_t upto = 0;
    std::string text;
  };

  FileSink(LineFile file, Inbox& inbox, Post post);
  void work();
  void write(std::vector<Lines> deliveries);

  LineFile file_;
  /// The Inbox, as long as the sink lives; answers that are under way then find it gone.
  std::shared_ptr<Inbox*> inbox_;
  Post post_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Lines> waiting_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace gnomon::adapters
