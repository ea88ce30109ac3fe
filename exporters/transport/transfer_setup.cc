#include "exporters/transport/transfer_setup.h"

#include <curl/curl.h>

#include "exporters/transport/tls_options.h"

namespace supercargo {

TransferSetup::TransferSetup(const HttpClientOptions& options)
    : auth_(options.auth),
      server_name_(options.tls.server_name),
      password_(options.auth.password, options.secret_refresh),
      token_(options.auth.bearer_token, options.secret_refresh) {}

Status TransferSetup::set_authentication(void* easy) {
  const SteadyTime now = steady_now();
  if (token_.configured()) {
    const Result<std::string_view> token = token_.text(now);
    if (!token) {
      return token.error();
    }
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
    curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, std::string(*token).c_str());
  } else if (!auth_.username.empty()) {
    const Result<std::string_view> password = password_.text(now);
    if (!password) {
      return password.error();
    }
    curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(easy, CURLOPT_USERNAME, auth_.username.c_str());
    curl_easy_setopt(easy, CURLOPT_PASSWORD, std::string(*password).c_str());
  }
  return Ok{};
}

Status TransferSetup::set_target(Transfer& transfer, const std::string& url) {
  CURL* easy = transfer.easy.get();
  const Result<HttpEndpoint> endpoint = make_http_endpoint(url, server_name_);
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

void TransferSetup::set_request(Transfer& transfer, const HttpPost& request) {
  CURL* easy = transfer.easy.get();
  // Without this libcurl waits for a "100 Continue" (up to a second) before each large body.
  append_line(transfer.headers, "Expect:");
  for (const std::string& header : request.headers) {
    append_line(transfer.headers, header);
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.get());
  curl_easy_setopt(
      easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.body.size()));
  set_ca_cache(easy, /*use=*/!distrusts_ca_);
}

std::optional<TransferSetup::Problem> TransferSetup::prepare(Transfer& transfer,
                                                             HttpPost& request) {
  transfer.begin(request.id);
  if (Status status = set_authentication(transfer.easy.get()); !status) {
    return Problem{HttpResult::Failure::kSecret, status.error().message};
  }
  if (Status status = set_target(transfer, request.url); !status) {
    return Problem{HttpResult::Failure::kUrl, status.error().message};
  }
  transfer.body = std::move(request.body);
  set_request(transfer, request);
  return std::nullopt;
}

void TransferSetup::note(const HttpResult& result) {
  if (result.status == 401 || result.status == 403) {
    password_.forget();
    token_.forget();
  }
  if (result.failure == HttpResult::Failure::kTls) {
    distrusts_ca_ = true;
  } else if (result.failure == HttpResult::Failure::kNone) {
    distrusts_ca_ = false;
  }
}

}  // namespace supercargo
