#include "exporters/transport/curl_transfer.h"

#include <algorithm>

#include <curl/curl.h>

#include "exporters/transport/tls_options.h"

namespace supercargo {
namespace {

using Failure = HttpResult::Failure;

static_assert(Transfer::kErrorBytes >= CURL_ERROR_SIZE);

constexpr Milliseconds kMaxRetryAfter = std::chrono::minutes(10);

// A connection through a Kubernetes service stays with one replica of the receiver; a new one now
// and then lets the load follow when replicas are added.
constexpr long kMaxConnectionSeconds = 600;

// Receivers close idle connections (Graylog after 60 s); a request that meets the close has failed.
constexpr long kMaxIdleSeconds = 45;

// What one system call hands to the kernel. libcurl's own 64 KiB mean a poll and a send for each,
// eight of both for a batch of logs.
constexpr long kUploadBytes = 256L << 10;

// With a read function and no way to seek, libcurl cannot send a body a second time by itself,
// which it does with CURLOPT_POSTFIELDS when a kept connection turns out to be closed: the receiver
// may have had the first one, and nobody would know of the repeat. Where it cannot have had it, see
// met_a_closed_connection().
std::size_t give_body(char* place, std::size_t size, std::size_t count, void* transfer) {
  auto* self = static_cast<Transfer*>(transfer);
  const std::string_view piece = self->body.view().substr(self->sent, size * count);
  std::copy(piece.begin(), piece.end(), place);
  self->sent += piece.size();
  return piece.size();
}

std::size_t keep_answer(char* bytes, std::size_t size, std::size_t count, void* transfer) {
  std::string& answer = static_cast<Transfer*>(transfer)->answer;
  answer.append(bytes, std::min(size * count, kMaxAnswerBytes - answer.size()));
  return size * count;
}

// Before each attempt to send the request.
int note_connection(
    void* transfer, char* /*peer*/, char* /*local*/, int /*peer_port*/, int local_port) {
  auto* self = static_cast<Transfer*>(transfer);
  self->port_before = self->local_port;
  self->local_port = static_cast<std::uint16_t>(local_port);
  return CURL_PREREQFUNC_OK;
}

}  // namespace

void FreeEasy::operator()(void* easy) const {
  curl_easy_cleanup(easy);
}

void FreeList::operator()(curl_slist* list) const {
  curl_slist_free_all(list);
}

void append_line(SList& list, const std::string& line) {
  list.reset(curl_slist_append(list.release(), line.c_str()));
}

Transfer::Transfer(void* handle, const HttpClientOptions& options, ClosedSockets& closed)
    : easy(handle) {
  const long connect_ms = std::min(options.connect_timeout, options.request_timeout).count();
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  // One request a connection: HTTP/2 would cost a framing layer and gain nothing here.
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle, CURLOPT_MAXLIFETIME_CONN, kMaxConnectionSeconds);
  curl_easy_setopt(handle, CURLOPT_MAXAGE_CONN, kMaxIdleSeconds);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(options.request_timeout.count()));
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "supercargo/" SUPERCARGO_VERSION);
  curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, &give_body);
  curl_easy_setopt(handle, CURLOPT_READDATA, this);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &keep_answer);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, &note_connection);
  curl_easy_setopt(handle, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, &ClosedSockets::close);
  curl_easy_setopt(handle, CURLOPT_CLOSESOCKETDATA, &closed);
  curl_easy_setopt(handle, CURLOPT_PRIVATE, this);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, error.data());
  curl_easy_setopt(handle, CURLOPT_POST, 1L);
  curl_easy_setopt(handle, CURLOPT_UPLOAD_BUFFERSIZE, kUploadBytes);
  apply_tls(handle, options.tls);
}

void Transfer::begin(std::uint64_t request_id) {
  headers.reset();
  id = request_id;
  rewind();
  rewound = false;
  curl_easy_setopt(easy.get(), CURLOPT_FRESH_CONNECT, 0L);
}

void Transfer::rewind() {
  sent = 0;
  local_port = 0;
  port_before = 0;
  answer.clear();
  error[0] = '\0';
  rewound = true;
  curl_easy_setopt(easy.get(), CURLOPT_FRESH_CONNECT, 1L);
}

bool met_a_closed_connection(const Transfer& transfer, int code, const ClosedSockets& closed) {
  if (code != CURLE_SEND_ERROR && code != CURLE_RECV_ERROR && code != CURLE_GOT_NOTHING &&
      code != CURLE_SEND_FAIL_REWIND) {
    return false;
  }
  long status = 0;
  long connects = 0;
  curl_off_t written = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_NUM_CONNECTS, &connects);
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_SIZE_UPLOAD_T, &written);
  if (code == CURLE_SEND_FAIL_REWIND) {
    // libcurl has left a connection that had been used before for a new one, which it opened and
    // then found that it cannot rewind: mostly before it asks note_connection() about the new one.
    const bool asked = transfer.port_before != 0;
    return closed.lacked_the_end(asked ? transfer.port_before : transfer.local_port);
  }
  const bool whole = written == static_cast<curl_off_t>(transfer.body.size());
  return status == 0 && connects == 0 && (!whole || closed.lacked_the_end(transfer.local_port));
}

HttpResult::Failure classify_failure(int code) {
  switch (code) {
    case CURLE_OK:
      return Failure::kNone;
    case CURLE_OPERATION_TIMEDOUT:
      return Failure::kTimeout;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Failure::kResolve;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return Failure::kTls;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Failure::kUrl;
    default:
      return Failure::kConnection;
  }
}

bool is_answer_whole(void* easy) {
  curl_off_t told = -1;
  curl_off_t received = 0;
  curl_easy_getinfo(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &told);
  curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &received);
  return told >= 0 && received >= told;
}

Milliseconds retry_after(void* easy) {
  curl_off_t wait_s = 0;
  curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &wait_s);
  const auto longest = std::chrono::duration_cast<std::chrono::seconds>(kMaxRetryAfter).count();
  return std::chrono::seconds(std::clamp<curl_off_t>(wait_s, 0, longest));
}

}  // namespace supercargo
