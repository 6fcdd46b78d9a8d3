#pragma once

#include <memory>
#include <string>

#include "engine/ports/event_sink.h"
#include "engine/ports/inbox.h"

namespace gnomon::adapters {

/// A subscriber that appends each event it is handed to a file, as one line of JSON. A delivery is answered once the
/// file system has it (fsync); what failed half-way comes again, so a reader may see a line twice, and tells it by the
/// event's id.
class FileSink final : public EventSink {
 public:
  struct Options {
    std::string path;
  };
  /// Creates the file if it is not there. The error says why it cannot be written.
  static Expected<std::unique_ptr<FileSink>> open(const Options& options, Inbox& router);
  ~FileSink();
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;

  void deliver(Delivery delivery) override;

 private:
  FileSink(std::string path, int descriptor, Inbox& router)
      : path_(std::move(path)), descriptor_(descriptor), router_(router) {}
  Expected<void> append(const Delivery& delivery);

  std::string path_;
  int descriptor_;
  Inbox& router_;
};

}  // namespace gnomon::adapters
