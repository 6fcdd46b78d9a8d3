#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "tests/adapters/sqlite/read_everything.h"
#include "tests/adapters/sqlite/sample_record.h"

// A sound record, damaged as the bytes say: every four of them are a place and what is put there;
// an odd number of bytes are a whole file by themselves. Whatever comes of it, reading it ends,
// with rows or an error.

namespace {

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "gnomon-fuzz-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

const Folder& folder() {
  static const Folder kFolder;
  return kFolder;
}

std::string sound_record() {
  const std::string path = folder().file("sound.db");
  auto writer = gnomon::adapters::RecordWriter::create(path);
  if (!writer) std::abort();
  for (std::uint64_t number = 1; number <= 20; ++number) {
    if (!(*writer)->write(gnomon::adapters::sample_commit(0, number))) std::abort();
  }
  if (!(*writer)->finish(gnomon::adapters::sample_summary())) std::abort();
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string damaged(const std::string& sound, const std::uint8_t* data, std::size_t size) {
  if (size % 2 == 1) return {reinterpret_cast<const char*>(data), size};
  std::string bytes = sound;
  for (std::size_t i = 0; i + 4 <= size; i += 4) {
    const std::size_t place =
        (std::size_t{data[i]} << 16 | std::size_t{data[i + 1]} << 8 | data[i + 2]) % bytes.size();
    bytes[place] = static_cast<char>(data[i + 3]);
  }
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string kSound = sound_record();
  const std::string path = folder().file("damaged.db");
  std::ofstream(path, std::ios::binary | std::ios::trunc) << damaged(kSound, data, size);
  const auto done = gnomon::adapters::read_everything(path);
  if (!done && done.error().message.empty()) std::abort();
  return 0;
}
