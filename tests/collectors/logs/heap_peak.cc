#include "tests/collectors/logs/heap_peak.h"

#include <atomic>
#include <cstdlib>
#include <new>

#include <malloc.h>

namespace {

std::atomic<std::int64_t> held{0};
std::atomic<std::int64_t> peak{0};

void* take(std::size_t bytes) {
  void* const memory = std::malloc(bytes);
  if (memory == nullptr) {
    std::abort();
  }
  const std::int64_t now = held.fetch_add(static_cast<std::int64_t>(malloc_usable_size(memory))) +
                           static_cast<std::int64_t>(malloc_usable_size(memory));
  std::int64_t before = peak.load();
  while (now > before && !peak.compare_exchange_weak(before, now)) {
  }
  return memory;
}

void give_back(void* memory) noexcept {
  if (memory != nullptr) {
    held.fetch_sub(static_cast<std::int64_t>(malloc_usable_size(memory)));
    std::free(memory);
  }
}

}  // namespace

void* operator new(std::size_t bytes) {
  return take(bytes);
}

void* operator new[](std::size_t bytes) {
  return take(bytes);
}

void* operator new(std::size_t bytes, const std::nothrow_t& /*nothrow*/) noexcept {
  return take(bytes);
}

void* operator new[](std::size_t bytes, const std::nothrow_t& /*nothrow*/) noexcept {
  return take(bytes);
}

void operator delete(void* memory) noexcept {
  give_back(memory);
}

void operator delete[](void* memory) noexcept {
  give_back(memory);
}

void operator delete(void* memory, std::size_t /*bytes*/) noexcept {
  give_back(memory);
}

void operator delete[](void* memory, std::size_t /*bytes*/) noexcept {
  give_back(memory);
}

void operator delete(void* memory, const std::nothrow_t& /*nothrow*/) noexcept {
  give_back(memory);
}

void operator delete[](void* memory, const std::nothrow_t& /*nothrow*/) noexcept {
  give_back(memory);
}

namespace supercargo::test {

std::int64_t heap_bytes() {
  return held.load();
}

std::int64_t heap_peak() {
  return peak.load();
}

void reset_heap_peak() {
  peak.store(held.load());
}

}  // namespace supercargo::test
