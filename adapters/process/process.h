#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "adapters/process/captured_output.h"
#include "adapters/process/spawn.h"
#include "adapters/process/verdict.h"
#include "adapters/system/event_loop.h"

namespace gnomon::adapters {

/// One running child on an EventLoop: collects what it writes, and tells its owner when it is over.
///
/// It is over when the child itself has ended. Whatever is left of its process group then is
/// killed, so that nothing of an attempt runs beside the next one; and what is in the pipes by then
/// is all that counts as its output, so that a descendant which holds them open keeps nobody
/// waiting.
class Process final : private Wakeable {
 public:
  struct Options {
    std::size_t output_bytes = 0;  ///< kept of stdout, and of stderr
    Wakeable* owner = nullptr;     ///< woken with `tag` once, when it is over; may delete this
    std::uint64_t tag = 0;
  };
  static Expected<std::unique_ptr<Process>> start(const Command& command, Reaper& reaper,
                                                  EventLoop& loop, const Options& options);
  /// Kills the group, and waits up to a second for the child to be gone.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  /// To the whole group.
  void signal(int number) const;
  /// The child has ended, though the owner may not have been woken yet.
  bool has_ended() const;

  /// Once the owner has been woken.
  const ProcessEnd& end() const;
  const CapturedOutput& output() const { return output_.kept; }
  const CapturedOutput& errors() const { return errors_.kept; }

 private:
  struct Stream {
    Descriptor pipe;
    CapturedOutput kept;
    WatchToken watch;
  };
  enum Tag : std::uint64_t { kOutput, kErrors, kEnd };

  Process(Child child, Reaper& reaper, Reaper::Group& group, EventLoop& loop,
          const Options& options);
  void wake(std::uint64_t tag) override;
  void read(Stream& stream, std::size_t bytes_max);
  void close(Stream& stream);
  /// Kills what is left of the group and waits for the child, which has ended.
  void collect();

  pid_t pid_;
  Reaper& reaper_;
  Reaper::Group& group_;
  EventLoop& loop_;
  Options options_;
  Descriptor child_;
  WatchToken child_watch_;
  Stream output_;
  Stream errors_;
  std::optional<ProcessEnd> end_;
};

}  // namespace gnomon::adapters
