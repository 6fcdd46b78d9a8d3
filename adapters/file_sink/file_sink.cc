#include "adapters/file_sink/file_sink.h"

#include <algorithm>
#include <utility>

namespace gnomon::adapters {

Expected<std::unique_ptr<FileSink>> FileSink::create(const std::string& path, Inbox& inbox,
                                                     Post post) {
  auto file = LineFile::open(path);
  if (!file) return std::unexpected(file.error());
  return std::unique_ptr<FileSink>(new FileSink(std::move(*file), inbox, std::move(post)));
}

FileSink::FileSink(LineFile file, Inbox& inbox, Post post)
    : file_(std::move(file)),
      inbox_(std::make_shared<Inbox*>(&inbox)),
      post_(std::move(post)),
      thread_([this] { work(); }) {}

FileSink::~FileSink() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
  *inbox_ = nullptr;
}

void FileSink::deliver(Delivery delivery) {
  Lines lines{std::move(delivery.subscriber), delivery.upto, {}};
  for (const Payload& event : delivery.events) {
    const std::size_t begin = lines.text.size();
    lines.text += event.json();
    // A client's own event may be spread over lines; within JSON strings there is no bare newline.
    std::replace_if(
        lines.text.begin() + static_cast<std::ptrdiff_t>(begin), lines.text.end(),
        [](char c) { return c == '\n' || c == '\r'; }, ' ');
    lines.text += '\n';
  }
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(lines));
  }
  changed_.notify_all();
}

void FileSink::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return !waiting_.empty() || ending_; });
    if (waiting_.empty()) return;
    std::vector<Lines> deliveries = std::exchange(waiting_, {});
    lock.unlock();
    write(std::move(deliveries));
    lock.lock();
  }
}

void FileSink::write(std::vector<Lines> deliveries) {
  std::vector<Delivered> answers;
  answers.reserve(deliveries.size());
  for (Lines& lines : deliveries) {
    answers.push_back({std::move(lines.subscriber), lines.upto, file_.append(lines.text)});
  }
  if (const Expected<void> synced = file_.sync(); !synced) {
    for (Delivered& answer : answers) {
      if (answer.result) answer.result = synced;
    }
  }
  post_([inbox = inbox_, answers = std::move(answers)]() mutable {
    for (Delivered& answer : answers) {
      if (*inbox != nullptr) (*inbox)->post(std::move(answer));
    }
  });
}

}  // namespace gnomon::adapters
