#include "exporters/prometheus/gzip.h"

#include <algorithm>
#include <limits>

#include <isa-l/igzip_lib.h>

namespace supercargo {
namespace {

constexpr std::uint32_t kLevel = 1;
constexpr std::size_t kSmallestRoom = 32 << 10;

std::uint32_t cut_to_u32(std::size_t size) {
  return static_cast<std::uint32_t>(
      std::min<std::size_t>(size, std::numeric_limits<std::uint32_t>::max()));
}

// The library counts in 32 bits and wants a mutable input that it does not change.
void give_input(isal_zstream& stream, std::string_view& rest, bool last) {
  const std::uint32_t size = cut_to_u32(rest.size());
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
  stream.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(rest.data()));
  stream.avail_in = size;
  rest.remove_prefix(size);
  stream.end_of_stream = last && rest.empty() ? 1 : 0;
}

}  // namespace

GzipStream::GzipStream()
    : stream_(std::make_unique<isal_zstream>()), level_buffer_(ISAL_DEF_LVL1_DEFAULT) {
  isal_deflate_init(stream_.get());
  stream_->level = kLevel;
  stream_->level_buf = level_buffer_.data();
  stream_->level_buf_size = static_cast<std::uint32_t>(level_buffer_.size());
  stream_->gzip_flag = IGZIP_GZIP;
}

GzipStream::~GzipStream() = default;

void GzipStream::run(std::string_view plain, bool last) {
  isal_zstream& stream = *stream_;
  std::string_view rest = plain;
  give_input(stream, rest, last);
  const auto done = [&] {
    return failed_with_ != COMP_OK ||
           (last ? stream.internal_state.state == ZSTATE_END
                 : stream.avail_in == 0 && rest.empty() && stream.avail_out > 0);
  };
  do {
    if (stream.avail_in == 0 && !rest.empty()) {
      give_input(stream, rest, last);
    }
    if (used_ == out_.size()) {
      out_.resize(std::max(kSmallestRoom, out_.size() * 2));
    }
    const std::uint32_t room = cut_to_u32(out_.size() - used_);
    stream.next_out = reinterpret_cast<std::uint8_t*>(out_.data() + used_);
    stream.avail_out = room;
    failed_with_ = isal_deflate(&stream);
    used_ += room - stream.avail_out;
  } while (!done());
}

Result<std::string> GzipStream::finish() {
  if (failed_with_ == COMP_OK) {
    run({}, /*last=*/true);
  }
  if (failed_with_ != COMP_OK) {
    return Error{ErrorCode::kIo, "gzip: igzip failed with code " + std::to_string(failed_with_)};
  }
  out_.resize(used_);
  out_.shrink_to_fit();
  return std::move(out_);
}

Result<std::string> gzip(std::string_view plain) {
  GzipStream stream;
  stream.add(plain);
  return stream.finish();
}

}  // namespace supercargo
