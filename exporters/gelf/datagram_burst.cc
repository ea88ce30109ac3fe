#include "exporters/gelf/datagram_burst.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/socket.h>
#include <sys/uio.h>

namespace supercargo {
namespace {

constexpr std::size_t kPerCall = 32;
constexpr std::size_t kBookkeepingBytes = 768;  // of the kernel, for each datagram it keeps

bool socket_full(int error_number) {
  return error_number == EAGAIN || error_number == EWOULDBLOCK || error_number == EINTR;
}

}  // namespace

void DatagramBurst::add(std::string_view payload, std::uint64_t id) {
  std::size_t begin = payloads_.size();
  payloads_ += payload;
  const std::size_t count = chunk_count(payload.size(), datagram_bytes_);
  if (count == 1) {
    datagrams_.push_back(Datagram{begin, payload.size(), {}, false});
    return;
  }
  for (std::size_t number = 0; number < count; ++number) {
    const std::size_t size =
        std::min(datagram_bytes_ - kChunkHeaderBytes, payloads_.size() - begin);
    datagrams_.push_back(Datagram{begin, size, chunk_header(id, number, count), true});
    begin += size;
  }
}

Result<DatagramBurst::Sent> DatagramBurst::send(int socket) {
  std::array<mmsghdr, kPerCall> calls{};
  std::array<std::array<iovec, 2>, kPerCall> parts{};
  const std::size_t count = std::min(kPerCall, datagrams_.size() - sent_);
  for (std::size_t i = 0; i < count; ++i) {
    Datagram& datagram = datagrams_[sent_ + i];
    parts[i][0] = {datagram.header.data(), datagram.chunk ? datagram.header.size() : 0};
    parts[i][1] = {payloads_.data() + datagram.begin, datagram.size};
    calls[i].msg_hdr.msg_iov = parts[i].data();
    calls[i].msg_hdr.msg_iovlen = parts[i].size();
  }
  const int done = ::sendmmsg(socket, calls.data(), static_cast<unsigned int>(count), MSG_NOSIGNAL);
  error_number_ = done < 0 ? errno : 0;
  if (socket_full(error_number_) || error_number_ == ENOBUFS) {
    return error_number_ == ENOBUFS ? Sent::kDeviceFull : Sent::kSocketFull;
  }
  if (error_number_ != 0) {
    return errno_error("send datagram", error_number_);
  }
  for (int i = 0; i < done; ++i) {
    cost_ += datagrams_[sent_++].size + kBookkeepingBytes;
  }
  return sent_ == datagrams_.size() ? Sent::kAll : Sent::kMore;
}

void DatagramBurst::clear() {
  payloads_.clear();
  datagrams_.clear();
  sent_ = 0;
}

}  // namespace supercargo
