// One transfer of the HTTP client: libcurl's easy handle and all that it points to.
//
// Owned by HttpClient, on its output's thread; used again after each request. CURL is void, so that
// libcurl's header stays in the .cc files.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "agent/base/clock.h"
#include "exporters/transport/byte_buffer.h"
#include "exporters/transport/closed_sockets.h"
#include "exporters/transport/http_types.h"

struct curl_slist;

namespace supercargo {

struct FreeEasy {
  void operator()(void* easy) const;
};

struct FreeList {
  void operator()(curl_slist* list) const;
};

using SList = std::unique_ptr<curl_slist, FreeList>;

void append_line(SList& list, const std::string& line);

struct Transfer {
  // Takes the handle over and sets what is the same for all requests. The object must not move.
  Transfer(void* handle, const HttpClientOptions& options, ClosedSockets& closed);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Forgets the request before.
  void begin(std::uint64_t request_id);

  // Ready to send the same body again.
  void rewind();

  static constexpr std::size_t kErrorBytes = 256;  // CURL_ERROR_SIZE

  std::unique_ptr<void, FreeEasy> easy;
  SList headers;
  SList connect_to;
  ByteBuffer body;
  std::size_t sent = 0;  // of body
  std::string answer;
  std::array<char, kErrorBytes> error{};
  std::uint64_t id = 0;
  bool rewound = false;

  // Of the connection that the request went into, and of the one before when libcurl had gone on
  // to another by itself.
  std::uint16_t local_port = 0;
  std::uint16_t port_before = 0;
};

// `code` is a CURLcode.
[[nodiscard]] HttpResult::Failure classify_failure(int code);

// True where a transfer that failed with `code` was the first on its connection to find that the
// peer had closed it, and the peer cannot have had the whole request: no answer, a connection that
// had been used before, and the end of the body was not written or not taken (agent/adr/0001).
[[nodiscard]] bool met_a_closed_connection(const Transfer& transfer,
                                           int code,
                                           const ClosedSockets& closed);

// Of a transfer that failed after its answer had begun: whether all of the answer came before.
[[nodiscard]] bool is_answer_whole(void* easy);

// What the answer's Retry-After asks for, within bounds; 0 without one.
[[nodiscard]] Milliseconds retry_after(void* easy);

}  // namespace supercargo
