// Gives back what only the start needed of the program and its libraries: symbol tables, option and
// configuration parsers, preparations of libraries that are never used here.
//
// Called once by App on the main thread when all is started; other threads may run meanwhile.
#pragma once

#include <cstddef>

namespace supercargo {

// Unmaps the resident pages of what nobody can write to: they stay in the page cache, as long as
// the kernel has room, and come back with the next access. Returns the bytes of the ranges.
std::size_t release_start_pages();

}  // namespace supercargo
