#include "exporters/transport/tls_options.h"

#include <array>
#include <cerrno>
#include <memory>
#include <utility>

#include <curl/curl.h>
#include <unistd.h>

namespace supercargo {
namespace {

// Long enough that an outage does not parse the system's CA bundle for every attempt, short enough
// that a rotated CA file is noticed.
constexpr long kCaCacheSeconds = 60;

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

void set_file(CURL* easy, CURLoption option, const std::string& path) {
  if (!path.empty()) {
    curl_easy_setopt(easy, option, path.c_str());
  }
}

std::string url_part(CURLU* url, CURLUPart part, unsigned flags) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) {
    return {};
  }
  std::string copy(text);
  curl_free(text);
  return copy;
}

// Without the URL itself: it may hold a password.
Error url_error(CURLUcode code) {
  return Error{ErrorCode::kConfig, std::string("url: ") + curl_url_strerror(code)};
}

}  // namespace

void apply_tls(void* easy, const TlsConfig& config) {
  const long check = config.skip_verify ? 0L : 1L;
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, check);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, check * 2L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set_file(easy, CURLOPT_CAINFO, config.ca_file);
  set_file(easy, CURLOPT_SSLCERT, config.certificate_file);
  set_file(easy, CURLOPT_SSLKEY, config.key_file);
}

void set_ca_cache(void* easy, bool use) {
  curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, use ? kCaCacheSeconds : 0L);
}

Status check_tls_files(const TlsConfig& config) {
  const std::array<std::pair<std::string_view, const std::string*>, 3> files{
      {{"tls.ca_file", &config.ca_file},
       {"tls.certificate_file", &config.certificate_file},
       {"tls.key_file", &config.key_file}}};
  for (const auto& [name, path] : files) {
    if (!path->empty() && ::access(path->c_str(), R_OK) != 0) {
      Error error = errno_error("read " + *path, errno).with_context(name);
      error.code = ErrorCode::kConfig;
      return error;
    }
  }
  return Ok{};
}

Result<HttpEndpoint> make_http_endpoint(const std::string& url, const std::string& server_name) {
  const std::unique_ptr<CURLU, FreeUrl> parts(curl_url());
  if (CURLUcode code = curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0);
      code != CURLUE_OK) {
    return url_error(code);
  }
  const std::string host = url_part(parts.get(), CURLUPART_HOST, 0);
  const bool tls = url_part(parts.get(), CURLUPART_SCHEME, 0) == "https";
  if (!tls || server_name.empty() || server_name == host) {
    return HttpEndpoint{url, {}, {}};
  }
  const std::string port = url_part(parts.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if (CURLUcode code = curl_url_set(parts.get(), CURLUPART_HOST, server_name.c_str(), 0);
      code != CURLUE_OK) {
    return url_error(code).with_context("tls server name");
  }
  HttpEndpoint endpoint;
  endpoint.url = url_part(parts.get(), CURLUPART_URL, 0);
  endpoint.connect_to.append("::").append(host).append(":").append(port);
  endpoint.host_header.append("Host: ").append(host);
  if (const std::string given = url_part(parts.get(), CURLUPART_PORT, 0); !given.empty()) {
    endpoint.host_header.append(":").append(given);
  }
  return endpoint;
}

}  // namespace supercargo
