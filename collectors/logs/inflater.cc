#include "collectors/logs/inflater.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <zlib.h>

#include "collectors/logs/log_file.h"

namespace supercargo {
namespace {

constexpr std::size_t kBlock = std::size_t{64} << 10;
// A line of the largest size that is read at once lies within.
constexpr std::size_t kKeep = std::size_t{320} << 10;
constexpr int kGzipOnly = 16 + MAX_WBITS;

}  // namespace

void Inflater::EndStream::operator()(z_stream_s* stream) const {
  ::inflateEnd(stream);
  delete stream;  // NOLINT(cppcoreguidelines-owning-memory): zlib's type, in a unique_ptr
}

Inflater::Inflater() {
  input_.resize(kBlock);
  output_.resize(kKeep + kBlock);
  begin();
}

Inflater::~Inflater() = default;

void Inflater::begin() {
  if (!stream_) {
    stream_.reset(new z_stream_s{});
    (void)::inflateInit2(stream_.get(), kGzipOnly);
  } else {
    (void)::inflateReset(stream_.get());
  }
  stream_->avail_in = 0;
  input_offset_ = 0;
  output_used_ = 0;
  produced_ = 0;
  ended_ = false;
}

ssize_t Inflater::read(const LogFile& file, char* to, std::size_t bytes, std::uint64_t offset) {
  if (offset < produced_ - output_used_) {
    begin();
  }
  while (produced_ <= offset && !ended_) {
    if (!inflate_block(file)) {
      const int error_number = errno;
      begin();
      errno = error_number;
      return -1;
    }
  }
  if (produced_ <= offset) {
    return 0;
  }
  const auto available = static_cast<std::size_t>(produced_ - offset);
  const std::size_t count = std::min(bytes, available);
  std::memcpy(to, output_.data() + (output_used_ - available), count);
  return static_cast<ssize_t>(count);
}

// False with errno when the file is damaged, ends too early, or cannot be read.
bool Inflater::inflate_block(const LogFile& file) {
  if (stream_->avail_in == 0 && !fill_input(file)) {
    return false;
  }
  make_room();
  const std::size_t room = output_.size() - output_used_;
  stream_->next_out = reinterpret_cast<Bytef*>(output_.data() + output_used_);
  stream_->avail_out = static_cast<uInt>(room);
  const int result = ::inflate(stream_.get(), Z_NO_FLUSH);
  const std::size_t made = room - stream_->avail_out;
  output_used_ += made;
  produced_ += made;
  if (result == Z_STREAM_END) {
    // Another member may follow; whatever else does is padding.
    const bool more = stream_->avail_in > 0 || fill_input(file);
    ended_ = !more || *stream_->next_in != 0x1f || ::inflateReset(stream_.get()) != Z_OK;
    return true;
  }
  errno = EBADMSG;
  return result == Z_OK || (result == Z_BUF_ERROR && made > 0);
}

bool Inflater::fill_input(const LogFile& file) {
  const ssize_t count = file.read_raw(input_.data(), input_.size(), input_offset_);
  if (count <= 0) {
    errno = count < 0 ? errno : EBADMSG;
    return false;
  }
  input_offset_ += static_cast<std::uint64_t>(count);
  stream_->next_in = reinterpret_cast<Bytef*>(input_.data());
  stream_->avail_in = static_cast<uInt>(count);
  return true;
}

void Inflater::make_room() {
  if (output_.size() - output_used_ >= kBlock) {
    return;
  }
  std::memmove(output_.data(), output_.data() + (output_used_ - kKeep), kKeep);
  output_used_ = kKeep;
}

}  // namespace supercargo
