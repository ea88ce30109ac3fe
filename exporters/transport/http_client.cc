#include "exporters/transport/http_client.h"

#include <algorithm>

#include <curl/curl.h>

#include "exporters/transport/curl_transfer.h"
#include "exporters/transport/secret_reader.h"
#include "exporters/transport/tls_options.h"

namespace supercargo {
namespace {

using Failure = HttpResult::Failure;

struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

}  // namespace

class HttpClient::Impl {
 public:
  Impl(HttpClientOptions options, CURLM* multi);
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl();

  ByteBuffer take_buffer();
  void keep_buffer(ByteBuffer buffer);
  void start(HttpPost request);
  void poll(int wake_fd, Milliseconds timeout, std::vector<HttpResult>& results);

  [[nodiscard]] std::size_t in_flight() const { return active_.size() + failed_.size(); }

 private:
  std::unique_ptr<Transfer> take_transfer();
  void prepare(Transfer& transfer, const HttpPost& request);
  Status set_target(Transfer& transfer, const std::string& url);
  Status set_authentication(CURL* easy);
  void fail(std::uint64_t id, Failure failure, std::string error, ByteBuffer body);
  bool advance(std::vector<HttpResult>& results);
  HttpResult finish(Transfer& transfer, CURLcode code);
  void recycle(CURL* easy);

  HttpClientOptions options_;
  SecretReader password_;
  SecretReader token_;
  std::unique_ptr<CURLM, FreeMulti> multi_;
  std::vector<std::unique_ptr<Transfer>> active_;
  std::vector<std::unique_ptr<Transfer>> idle_;
  std::vector<ByteBuffer> buffers_;
  std::vector<HttpResult> failed_;  // before they were sent; given out by the next poll()
};

HttpClient::Impl::Impl(HttpClientOptions options, CURLM* multi)
    : options_(std::move(options)),
      password_(options_.auth.password, options_.secret_refresh),
      token_(options_.auth.bearer_token, options_.secret_refresh),
      multi_(multi) {
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(options_.max_connections));
}

HttpClient::Impl::~Impl() {
  for (const auto& transfer : active_) {
    curl_multi_remove_handle(multi_.get(), transfer->easy.get());
  }
}

ByteBuffer HttpClient::Impl::take_buffer() {
  if (buffers_.empty()) {
    return {};
  }
  ByteBuffer buffer = std::move(buffers_.back());
  buffers_.pop_back();
  return buffer;
}

void HttpClient::Impl::keep_buffer(ByteBuffer buffer) {
  if (buffer.capacity() > 0 && buffers_.size() < options_.max_connections) {
    buffer.clear();
    buffers_.push_back(std::move(buffer));
  }
}

std::unique_ptr<Transfer> HttpClient::Impl::take_transfer() {
  if (!idle_.empty()) {
    std::unique_ptr<Transfer> transfer = std::move(idle_.back());
    idle_.pop_back();
    return transfer;
  }
  CURL* easy = curl_easy_init();
  if (easy == nullptr) {
    return nullptr;
  }
  return std::make_unique<Transfer>(easy, options_);
}

Status HttpClient::Impl::set_authentication(CURL* easy) {
  const SteadyTime now = steady_now();
  if (token_.configured()) {
    const Result<std::string_view> token = token_.text(now);
    if (!token) {
      return token.error();
    }
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, std::string(*token).c_str());
  } else if (!options_.auth.username.empty()) {
    const Result<std::string_view> password = password_.text(now);
    if (!password) {
      return password.error();
    }
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(easy, CURLOPT_USERNAME, options_.auth.username.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, std::string(*password).c_str());
  }
  return Ok{};
}

Status HttpClient::Impl::set_target(Transfer& transfer, const std::string& url) {
  CURL* easy = transfer.easy.get();
  const Result<HttpEndpoint> endpoint = make_http_endpoint(url, options_.tls.server_name);
  if (!endpoint) {
    return endpoint.error();
  }
  curl_easy_setopt(easy, CURLOPT_URL, endpoint->url.c_str());
  transfer.connect_to.reset();
  if (!endpoint->connect_to.empty()) {
    append_line(transfer.connect_to, endpoint->connect_to);
    append_line(transfer.headers, endpoint->host_header);
  }
  curl_easy_setopt(easy, CURLOPT_CONNECT_TO, transfer.connect_to.get());
  return Ok{};
}

void HttpClient::Impl::prepare(Transfer& transfer, const HttpPost& request) {
  CURL* easy = transfer.easy.get();
  // Without this libcurl waits for a "100 Continue" (up to a second) before each large body.
  append_line(transfer.headers, "Expect:");
  for (const std::string& header : request.headers) {
    append_line(transfer.headers, header);
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.get());
  curl_easy_setopt(
      easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.body.size()));
}

void HttpClient::Impl::fail(std::uint64_t id, Failure failure, std::string error, ByteBuffer body) {
  HttpResult result;
  result.id = id;
  result.failure = failure;
  result.error = std::move(error);
  result.body = std::move(body);
  failed_.push_back(std::move(result));
}

void HttpClient::Impl::start(HttpPost request) {
  std::unique_ptr<Transfer> transfer = take_transfer();
  if (transfer == nullptr) {
    fail(request.id, Failure::kConnection, "libcurl: no memory", std::move(request.body));
    return;
  }
  transfer->id = request.id;
  transfer->headers.reset();
  transfer->answer.clear();
  transfer->error[0] = '\0';
  Failure failure = Failure::kSecret;
  Status status = set_authentication(transfer->easy.get());
  if (status) {
    failure = Failure::kUrl;
    status = set_target(*transfer, request.url);
  }
  if (!status) {
    fail(request.id, failure, status.error().message, std::move(request.body));
    idle_.push_back(std::move(transfer));
    return;
  }
  transfer->body = std::move(request.body);
  transfer->sent = 0;
  prepare(*transfer, request);
  curl_multi_add_handle(multi_.get(), transfer->easy.get());
  active_.push_back(std::move(transfer));
}

HttpResult HttpClient::Impl::finish(Transfer& transfer, CURLcode code) {
  HttpResult result;
  result.id = transfer.id;
  long status = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  // A receiver may refuse a body before it has read it, and close: the refusal is the answer.
  const bool answered = code == CURLE_OK || status >= 400;
  result.failure = answered ? Failure::kNone : classify_failure(code);
  if (answered) {
    result.status = static_cast<int>(status);
    result.answer = std::move(transfer.answer);
    result.retry_after = retry_after(transfer.easy.get());
  } else {
    const char* text = transfer.error.data();
    result.error = *text != '\0' ? text : curl_easy_strerror(code);
  }
  if (!answered || status / 100 != 2) {
    result.body = std::move(transfer.body);
  }
  if (status == 401 || status == 403) {
    password_.forget();
    token_.forget();
  }
  return result;
}

void HttpClient::Impl::recycle(CURL* easy) {
  curl_multi_remove_handle(multi_.get(), easy);
  const auto found = std::find_if(active_.begin(), active_.end(), [easy](const auto& transfer) {
    return transfer->easy.get() == easy;
  });
  keep_buffer(std::move((*found)->body));
  idle_.push_back(std::move(*found));
  active_.erase(found);
}

bool HttpClient::Impl::advance(std::vector<HttpResult>& results) {
  const std::size_t before = results.size();
  std::move(failed_.begin(), failed_.end(), std::back_inserter(results));
  failed_.clear();
  int running = 0;
  curl_multi_perform(multi_.get(), &running);
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    CURL* easy = message->easy_handle;
    void* transfer = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
    results.push_back(finish(*static_cast<Transfer*>(transfer), message->data.result));
    recycle(easy);
  }
  return results.size() > before;
}

void HttpClient::Impl::poll(int wake_fd, Milliseconds timeout, std::vector<HttpResult>& results) {
  const SteadyTime deadline = steady_now() + timeout;
  curl_waitfd wake{wake_fd, CURL_WAIT_POLLIN, 0};
  const unsigned wake_count = wake_fd >= 0 ? 1 : 0;
  while (!advance(results)) {
    const auto left = std::chrono::ceil<Milliseconds>(deadline - steady_now());
    if (left.count() <= 0 || wake.revents != 0) {
      return;
    }
    curl_multi_poll(multi_.get(), &wake, wake_count, static_cast<int>(left.count()), nullptr);
  }
}

HttpClient::HttpClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpClient::~HttpClient() = default;

Result<std::unique_ptr<HttpClient>> HttpClient::create(HttpClientOptions options) {
  if (Status files = check_tls_files(options.tls); !files) {
    return std::move(files).error();
  }
  static const CURLcode kInitialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  CURLM* multi = kInitialised == CURLE_OK ? curl_multi_init() : nullptr;
  if (multi == nullptr) {
    return Error{ErrorCode::kUnavailable, "libcurl cannot be initialised"};
  }
  return std::unique_ptr<HttpClient>(
      new HttpClient(std::make_unique<Impl>(std::move(options), multi)));
}

ByteBuffer HttpClient::take_buffer() {
  return impl_->take_buffer();
}

void HttpClient::give_back(ByteBuffer buffer) {
  impl_->keep_buffer(std::move(buffer));
}

void HttpClient::start(HttpPost request) {
  impl_->start(std::move(request));
}

void HttpClient::poll(int wake_fd, Milliseconds timeout, std::vector<HttpResult>& results) {
  impl_->poll(wake_fd, timeout, results);
}

std::size_t HttpClient::in_flight() const {
  return impl_->in_flight();
}

}  // namespace supercargo
