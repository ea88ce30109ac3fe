#include "exporters/loki/loki_sender.h"

#include <algorithm>

#include <snappy.h>

#include "exporters/loki/loki_answer.h"

namespace supercargo {
namespace {

constexpr std::string_view kPushPath = "/loki/api/v1/push";

// The last batch that is appended may exceed the size that was asked for by a quantum.
constexpr std::size_t kRoomForLastBatch = std::size_t{256} << 10;

std::string push_url(std::string_view url) {
  while (!url.empty() && url.back() == '/') {
    url.remove_suffix(1);
  }
  const bool complete =
      url.size() >= kPushPath.size() && url.substr(url.size() - kPushPath.size()) == kPushPath;
  std::string whole(url);
  return complete ? whole : whole.append(kPushPath);
}

Status add_header(std::vector<std::string>& headers,
                  const std::string& name,
                  const std::string& value) {
  const bool good_name =
      !name.empty() && is_header_text(name) && name.find_first_of(": ") == std::string::npos;
  if (!good_name || !is_header_text(value)) {
    return Error{ErrorCode::kConfig, "loki header \"" + name + "\": not a header that HTTP allows"};
  }
  headers.push_back(name + ": " + value);
  return Ok{};
}

Result<std::vector<std::string>> make_headers(const LokiConfig& config) {
  std::vector<std::string> headers{"Content-Type: application/x-protobuf"};
  for (const auto& [name, value] : config.headers) {
    if (Status status = add_header(headers, name, value); !status) {
      return std::move(status).error();
    }
  }
  if (!config.tenant.empty()) {
    if (Status status = add_header(headers, "X-Scope-OrgID", config.tenant); !status) {
      return std::move(status).error();
    }
  }
  return headers;
}

HttpClientOptions client_options(const LokiConfig& config, const DeliveryConfig& delivery) {
  HttpClientOptions options;
  options.auth = config.auth;
  options.tls = config.tls;
  options.request_timeout = delivery.request_timeout;
  options.max_connections = std::max(1U, delivery.max_in_flight);
  return options;
}

}  // namespace

LokiSender::LokiSender(LokiEncoder encoder,
                       std::unique_ptr<HttpClient> client,
                       std::string url,
                       std::vector<std::string> headers,
                       std::uint32_t max_in_flight)
    : encoder_(std::move(encoder)),
      client_(std::move(client)),
      url_(std::move(url)),
      headers_(std::move(headers)),
      max_in_flight_(max_in_flight) {}

Result<std::unique_ptr<Sender>> LokiSender::create(const LokiConfig& config,
                                                   const DeliveryConfig& delivery) {
  Result<LokiLabels> labels = LokiLabels::create(config);
  if (!labels) {
    return std::move(labels).error();
  }
  Result<std::vector<std::string>> headers = make_headers(config);
  if (!headers) {
    return std::move(headers).error();
  }
  const HttpClientOptions options = client_options(config, delivery);
  Result<std::unique_ptr<HttpClient>> client = HttpClient::create(options);
  if (!client) {
    return std::move(client).error();
  }
  LokiEncoder encoder(std::move(*labels));
  encoder.reserve(delivery.batch_bytes + kRoomForLastBatch);
  return std::unique_ptr<Sender>(new LokiSender(std::move(encoder),
                                                std::move(*client),
                                                push_url(config.url),
                                                std::move(*headers),
                                                options.max_connections));
}

void LokiSender::send(RequestId id) {
  const std::string_view body = encoder_.body();
  HttpPost request;
  request.id = id;
  request.url = url_;
  request.headers = headers_;
  request.body = client_->take_buffer();
  std::size_t size = 0;
  char* place = request.body.extend(snappy::MaxCompressedLength(body.size()));
  snappy::RawCompress(body.data(), body.size(), place, &size);
  request.body.truncate(size);
  encoder_.clear();
  client_->start(std::move(request));
}

void LokiSender::wait(int wake_fd, Milliseconds timeout, std::vector<Outcome>& outcomes) {
  results_.clear();
  client_->poll(wake_fd, timeout, results_);
  for (const HttpResult& result : results_) {
    outcomes.push_back(loki_outcome(result));
  }
}

}  // namespace supercargo
