#include "collectors/kubernetes/api_stream.h"

#include <algorithm>
#include <array>
#include <utility>

#include <curl/curl.h>

#include "agent/config/secret.h"

namespace supercargo {
namespace {

constexpr long kOk = 200;
constexpr long kConnectTimeoutMs = 10'000;
// Between two bytes of a list. A watch may be silent for minutes: there the kernel asks whether
// the other side is still alive.
constexpr long kSilenceSeconds = 30;
constexpr long kKeepAliveIdleSeconds = 30;
constexpr long kKeepAliveIntervalSeconds = 10;
constexpr long kCaCacheSeconds = 60;  // after which a renewed file is read
constexpr Milliseconds kMaxRetryAfter = std::chrono::minutes(10);
constexpr Milliseconds kLongestPoll = std::chrono::minutes(1);

struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

}  // namespace

struct ApiStream::Multi {
  Multi() : handle(curl_multi_init()) {}

  ~Multi() { curl_multi_cleanup(handle); }

  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;

  CURLM* handle;
};

struct ApiStream::Transfer {
  explicit Transfer(const Receiver& to) : receiver(to) {}

  [[nodiscard]] long status() const {
    long status = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
  }

  // An empty line ends the head.
  static std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* transfer) {
    auto* self = static_cast<Transfer*>(transfer);
    const std::string_view line(bytes, size * count);
    if (line == "\r\n" && self->status() == kOk) {
      self->receiver.connected();
    }
    return line.size();
  }

  static std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* transfer) {
    auto* self = static_cast<Transfer*>(transfer);
    const std::string_view piece(bytes, size * count);
    if (self->status() != kOk) {
      self->refusal.append(piece.substr(0, kMaxRefusalBytes - self->refusal.size()));
      return piece.size();
    }
    return self->receiver.bytes(piece) ? piece.size() : 0;
  }

  const Receiver& receiver;
  std::unique_ptr<CURL, FreeEasy> easy{curl_easy_init()};
  std::unique_ptr<curl_slist, FreeList> headers;
  std::array<char, CURL_ERROR_SIZE> error{};
  std::string refusal;
};

ApiStream::ApiStream(ApiAccess access, std::unique_ptr<Multi> multi)
    : access_(std::move(access)), multi_(std::move(multi)) {}

ApiStream::~ApiStream() = default;

Result<std::unique_ptr<ApiStream>> ApiStream::create(ApiAccess access) {
  static const CURLcode kInitialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  auto multi = std::make_unique<Multi>();
  if (kInitialised != CURLE_OK || multi->handle == nullptr) {
    return Error{ErrorCode::kUnavailable, "libcurl cannot be initialised"};
  }
  return std::unique_ptr<ApiStream>(new ApiStream(std::move(access), std::move(multi)));
}

// The token is read for each request: its file is renewed, and requests are minutes apart.
Status ApiStream::prepare(Transfer& transfer, const ApiRequest& request) {
  CURL* easy = transfer.easy.get();
  if (!access_.token_file.empty()) {
    const Result<std::string> token = resolve_secret({{}, access_.token_file});
    if (!token) {
      return token.error();
    }
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, token->c_str());
  }
  if (!access_.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, access_.ca_file.c_str());
  }
  transfer.headers.reset(curl_slist_append(nullptr, "Accept: application/json"));
  curl_easy_setopt(easy, CURLOPT_URL, (access_.url + request.target).c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.get());
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "supercargo/" SUPERCARGO_VERSION);
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, kCaCacheSeconds);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // stop() does not wait for a name server
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, kKeepAliveIdleSeconds);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, kKeepAliveIntervalSeconds);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeoutMs);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, request.may_be_silent ? 0L : 1L);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, request.may_be_silent ? 0L : kSilenceSeconds);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::take_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error.data());
  return Ok{};
}

// The CURLcode by which the transfer ended.
int ApiStream::run() {
  while (!stopped_) {
    int running = 0;
    curl_multi_perform(multi_->handle, &running);
    int left = 0;
    if (const CURLMsg* message = curl_multi_info_read(multi_->handle, &left)) {
      return message->data.result;
    }
    curl_multi_poll(multi_->handle, nullptr, 0, static_cast<int>(kLongestPoll.count()), nullptr);
  }
  return CURLE_ABORTED_BY_CALLBACK;
}

ApiAnswer ApiStream::answer_of(Transfer& transfer, int code) {
  ApiAnswer answer;
  answer.status = static_cast<int>(transfer.status());
  answer.refusal = std::move(transfer.refusal);
  curl_off_t wait_s = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_RETRY_AFTER, &wait_s);
  const auto longest = std::chrono::duration_cast<std::chrono::seconds>(kMaxRetryAfter).count();
  answer.retry_after = std::chrono::seconds(std::clamp<curl_off_t>(wait_s, 0, longest));
  if (code != CURLE_OK) {
    const char* text = transfer.error.data();
    answer.failure = ApiAnswer::Failure::kConnection;
    answer.error = *text != '\0' ? text : curl_easy_strerror(static_cast<CURLcode>(code));
  }
  return answer;
}

ApiAnswer ApiStream::get(const ApiRequest& request, const Receiver& receiver) {
  Transfer transfer(receiver);
  ApiAnswer answer;
  if (transfer.easy == nullptr) {
    answer.failure = ApiAnswer::Failure::kConnection;
    answer.error = "libcurl: no memory";
    return answer;
  }
  if (const Status prepared = prepare(transfer, request); !prepared) {
    answer.failure = ApiAnswer::Failure::kToken;
    answer.error = prepared.error().message;
    return answer;
  }
  curl_multi_add_handle(multi_->handle, transfer.easy.get());
  const int code = run();
  answer = answer_of(transfer, code);
  curl_multi_remove_handle(multi_->handle, transfer.easy.get());
  return answer;
}

void ApiStream::wait_until(SteadyTime time) {
  while (!stopped_) {
    const auto left = std::chrono::ceil<Milliseconds>(time - steady_now());
    if (left.count() <= 0) {
      return;
    }
    const auto most = std::min(left, kLongestPoll);
    curl_multi_poll(multi_->handle, nullptr, 0, static_cast<int>(most.count()), nullptr);
  }
}

void ApiStream::stop() {
  stopped_ = true;
  curl_multi_wakeup(multi_->handle);
}

}  // namespace supercargo
