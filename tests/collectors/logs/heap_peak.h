// How many bytes this test program holds on the heap, and held at most: operator new counts them.
//
// Linked into test programs of their own. Any thread.
#pragma once

#include <cstdint>

namespace supercargo::test {

[[nodiscard]] std::int64_t heap_bytes();

// The most since the last call of reset_heap_peak().
[[nodiscard]] std::int64_t heap_peak();
void reset_heap_peak();

}  // namespace supercargo::test
