#include "exporters/gelf/gzip_member.h"

#include <cstdint>

#include <isa-l/igzip_lib.h>

namespace supercargo {

GzipMember::GzipMember()
    : stream_(std::make_unique<isal_zstream>()), level_buffer_(ISAL_DEF_LVL1_DEFAULT, '\0') {}

GzipMember::~GzipMember() = default;

bool GzipMember::compress(std::string_view data, std::string& out) {
  out.resize(data.size());
  ::isal_deflate_stateless_init(stream_.get());
  stream_->gzip_flag = IGZIP_GZIP;
  stream_->level = 1;
  stream_->level_buf = reinterpret_cast<std::uint8_t*>(level_buffer_.data());
  stream_->level_buf_size = static_cast<std::uint32_t>(level_buffer_.size());
  stream_->end_of_stream = 1;
  // The library only reads its input; its interface is older than const.
  stream_->next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(data.data()));
  stream_->avail_in = static_cast<std::uint32_t>(data.size());
  stream_->next_out = reinterpret_cast<std::uint8_t*>(out.data());
  stream_->avail_out = static_cast<std::uint32_t>(out.size());
  // No room for it means: not smaller than the input.
  const bool fits = ::isal_deflate_stateless(stream_.get()) == COMP_OK;
  out.resize(fits ? stream_->total_out : 0);
  return fits && out.size() < data.size();
}

}  // namespace supercargo
