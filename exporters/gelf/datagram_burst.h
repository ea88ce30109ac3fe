// Some datagrams that go to the kernel in one call: whole messages, or their chunks.
//
// GelfUdpSender owns one and uses it again and again; one thread. Payloads are copied into it,
// since compressed ones stand nowhere else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/base/result.h"
#include "exporters/gelf/gelf_chunks.h"

namespace supercargo {

class DatagramBurst {
 public:
  explicit DatagramBurst(std::size_t datagram_bytes) : datagram_bytes_(datagram_bytes) {}

  // Adds the datagrams of one payload, whose chunks (if any) get the id `id`. Requires:
  // chunk_count() of it is at most kMaxChunks, and nothing was sent since clear().
  void add(std::string_view payload, std::uint64_t id);

  enum class Sent : std::uint8_t {
    kAll,
    kMore,        // some went, some are left
    kSocketFull,  // to be tried again when the socket is writable
    kDeviceFull,  // to be tried again a moment later: no event tells when
  };

  // Hands some datagrams over to the kernel, in one call. An error: it refused one.
  [[nodiscard]] Result<Sent> send(int socket);

  // Why the last call of send() took none; 0 when it took some.
  [[nodiscard]] int error_number() const { return error_number_; }

  // From the next payload on.
  void set_datagram_bytes(std::size_t bytes) { datagram_bytes_ = bytes; }

  // What the datagrams sent since the last call take of a receiver's socket buffer, about.
  [[nodiscard]] std::size_t take_cost() { return std::exchange(cost_, 0); }

  [[nodiscard]] std::size_t size() const { return datagrams_.size(); }

  void clear();

 private:
  struct Datagram {
    std::size_t begin = 0;  // in payloads_
    std::size_t size = 0;
    ChunkHeader header{};
    bool chunk = false;
  };

  std::size_t datagram_bytes_;
  std::string payloads_;
  std::vector<Datagram> datagrams_;
  std::size_t sent_ = 0;
  int error_number_ = 0;
  std::size_t cost_ = 0;
};

}  // namespace supercargo
