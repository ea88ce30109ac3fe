#include "exporters/transport/http_client.h"

#include <algorithm>

#include <curl/curl.h>

#include "exporters/transport/curl_transfer.h"
#include "exporters/transport/tls_options.h"
#include "exporters/transport/transfer_setup.h"

namespace supercargo {
namespace {

using Failure = HttpResult::Failure;

struct FreeMulti {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};

// libcurl speaks of its own trouble where a kept connection has ended and it may not rewind.
std::string error_text(const Transfer& transfer, CURLcode code) {
  if (code == CURLE_SEND_FAIL_REWIND) {
    return "the connection was closed in place of an answer";
  }
  const char* text = transfer.error.data();
  return *text != '\0' ? text : curl_easy_strerror(code);
}

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
  void fail(std::uint64_t id, Failure failure, std::string error, ByteBuffer body);
  bool begin_again(Transfer& transfer, CURLcode code);
  bool advance(std::vector<HttpResult>& results);
  HttpResult finish(Transfer& transfer, CURLcode code);
  void recycle(CURL* easy);

  HttpClientOptions options_;
  TransferSetup setup_;
  ClosedSockets closed_;  // outlives the connections
  std::unique_ptr<CURLM, FreeMulti> multi_;
  std::vector<std::unique_ptr<Transfer>> active_;
  std::vector<std::unique_ptr<Transfer>> idle_;
  std::vector<ByteBuffer> buffers_;
  std::vector<HttpResult> failed_;  // before they were sent; given out by the next poll()
};

HttpClient::Impl::Impl(HttpClientOptions options, CURLM* multi)
    : options_(std::move(options)), setup_(options_), multi_(multi) {
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
  return std::make_unique<Transfer>(easy, options_, closed_);
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
  if (std::optional<TransferSetup::Problem> problem = setup_.prepare(*transfer, request)) {
    fail(request.id, problem->failure, std::move(problem->error), std::move(request.body));
    idle_.push_back(std::move(transfer));
    return;
  }
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
    result.answer_cut = code != CURLE_OK && !is_answer_whole(transfer.easy.get());
    result.retry_after = retry_after(transfer.easy.get());
  } else {
    result.error = error_text(transfer, code);
  }
  if (!is_taken(result)) {
    result.body = std::move(transfer.body);
  }
  setup_.note(result);
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

bool HttpClient::Impl::begin_again(Transfer& transfer, CURLcode code) {
  if (transfer.rewound || !met_a_closed_connection(transfer, code, closed_)) {
    return false;
  }
  transfer.rewind();
  curl_multi_remove_handle(multi_.get(), transfer.easy.get());
  curl_multi_add_handle(multi_.get(), transfer.easy.get());
  return true;
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
    const CURLcode code = message->data.result;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
    if (!begin_again(*static_cast<Transfer*>(transfer), code)) {
      results.push_back(finish(*static_cast<Transfer*>(transfer), code));
      recycle(easy);
    }
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
