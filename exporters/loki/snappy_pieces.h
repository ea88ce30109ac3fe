// Compresses text that lies in several places, as if it lay in one.
//
// A pure function, any thread.
#pragma once

#include <span>
#include <string_view>

#include "exporters/transport/byte_buffer.h"

namespace supercargo {

// At the end of `out`, as one raw snappy block. A piece of at least 64 KiB is not copied.
void compress_pieces(std::span<const std::string_view> pieces, ByteBuffer& out);

// What `compressed` holds, in place of what `out` holds. False: it is no snappy block, or one of
// more than `max_bytes`.
[[nodiscard]] bool decompress(std::string_view compressed, std::size_t max_bytes, ByteBuffer& out);

}  // namespace supercargo
