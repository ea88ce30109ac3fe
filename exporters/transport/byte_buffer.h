// Bytes that grow at the end and are never filled with zeros: request bodies before and after
// compression.
//
// A value that moves; one thread. clear() keeps the memory, so that a buffer which is used again
// for requests of one size is allocated once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace supercargo {

class ByteBuffer {
 public:
  ByteBuffer() = default;

  ByteBuffer(ByteBuffer&& other) noexcept
      : bytes_(std::move(other.bytes_)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}

  ByteBuffer& operator=(ByteBuffer&& other) noexcept {
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
    return *this;
  }

  ByteBuffer(const ByteBuffer&) = delete;
  ByteBuffer& operator=(const ByteBuffer&) = delete;
  ~ByteBuffer() = default;

  // Room for `count` bytes in all.
  void reserve(std::size_t count) {
    if (count <= capacity_) {
      return;
    }
    auto grown = std::make_unique_for_overwrite<char[]>(count);
    if (size_ > 0) {
      std::memcpy(grown.get(), bytes_.get(), size_);
    }
    bytes_ = std::move(grown);
    capacity_ = count;
  }

  // Adds `count` bytes of unknown content at the end and gives their place, valid until the next
  // call that grows the buffer.
  [[nodiscard]] char* extend(std::size_t count) {
    if (capacity_ - size_ < count) {
      reserve(std::max(size_ + count, capacity_ + capacity_ / 2));
    }
    char* place = bytes_.get() + size_;
    size_ += count;
    return place;
  }

  void append(std::string_view text) {
    if (!text.empty()) {
      std::memcpy(extend(text.size()), text.data(), text.size());
    }
  }

  // Cuts the end off. Requires: count <= size().
  void truncate(std::size_t count) { size_ = count; }

  void clear() { size_ = 0; }

  [[nodiscard]] char* data() { return bytes_.get(); }

  [[nodiscard]] const char* data() const { return bytes_.get(); }

  [[nodiscard]] std::size_t size() const { return size_; }

  [[nodiscard]] bool empty() const { return size_ == 0; }

  [[nodiscard]] std::size_t capacity() const { return capacity_; }

  [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace supercargo
