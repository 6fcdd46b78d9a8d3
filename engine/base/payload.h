#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

namespace gnomon {

/// Immutable JSON text, shared by reference: inputs, outputs, parameters, reasons. One pointer
/// wide; empty costs nothing. An empty payload reads as the JSON value null. Counted without
/// atomics: engine and simulation are one thread, and an adapter with threads of its own copies the
/// text across.
class Payload {
 public:
  Payload() = default;
  explicit Payload(std::string_view text) {
    if (text.empty()) return;
    block_ = static_cast<Block*>(::operator new(sizeof(Block) + text.size()));
    block_->references = 1;
    block_->size = static_cast<std::uint32_t>(text.size());
    std::char_traits<char>::copy(block_->text(), text.data(), text.size());
  }
  Payload(const Payload& other) : block_(other.block_) {
    if (block_ != nullptr) ++block_->references;
  }
  Payload(Payload&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
  Payload& operator=(Payload other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~Payload() {
    if (block_ != nullptr && --block_->references == 0) ::operator delete(block_);
  }

  bool empty() const { return block_ == nullptr; }
  /// The text as it was given; "" when empty.
  std::string_view text() const {
    return block_ == nullptr ? std::string_view{} : std::string_view{block_->text(), block_->size};
  }
  /// The text as a JSON value; "null" when empty.
  std::string_view json() const { return block_ == nullptr ? std::string_view{"null"} : text(); }

  friend bool operator==(const Payload& a, const Payload& b) { return a.text() == b.text(); }

 private:
  struct Block {
    std::uint32_t references;
    std::uint32_t size;
    char* text() { return reinterpret_cast<char*>(this + 1); }
  };
  Block* block_ = nullptr;
};

}  // namespace gnomon
