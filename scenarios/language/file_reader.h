#pragma once

#include <map>
#include <string>

#include "engine/base/error.h"

namespace gnomon::scenarios {

/// Where the texts of a scenario come from: the scenario itself, what it includes, traces and
/// samples. Tests and fuzzers give it texts from memory. `limit` bounds what is read, in bytes.
class FileReader {
 public:
  virtual ~FileReader() = default;
  virtual Expected<std::string> read(const std::string& path, std::size_t limit) const = 0;
};

class DiskFiles : public FileReader {
 public:
  Expected<std::string> read(const std::string& path, std::size_t limit) const override;
};

class MemoryFiles : public FileReader {
 public:
  explicit MemoryFiles(std::map<std::string, std::string> files) : files_(std::move(files)) {}
  Expected<std::string> read(const std::string& path, std::size_t limit) const override;

 private:
  std::map<std::string, std::string> files_;
};

}  // namespace gnomon::scenarios
