#include "exporters/loki/loki_settings.h"

#include <algorithm>

namespace supercargo {
namespace {

constexpr std::string_view kPushPath = "/loki/api/v1/push";

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

}  // namespace

std::string loki_push_url(std::string_view url) {
  while (!url.empty() && url.back() == '/') {
    url.remove_suffix(1);
  }
  const bool complete =
      url.size() >= kPushPath.size() && url.substr(url.size() - kPushPath.size()) == kPushPath;
  std::string whole(url);
  return complete ? whole : whole.append(kPushPath);
}

Result<std::vector<std::string>> loki_headers(const LokiConfig& config, const std::string& tenant) {
  std::vector<std::string> headers{"Content-Type: application/x-protobuf"};
  for (const auto& [name, value] : config.headers) {
    if (Status status = add_header(headers, name, value); !status) {
      return std::move(status).error();
    }
  }
  if (!tenant.empty()) {
    if (Status status = add_header(headers, "X-Scope-OrgID", tenant); !status) {
      return std::move(status).error();
    }
  }
  return headers;
}

HttpClientOptions loki_client_options(const LokiConfig& config, const DeliveryConfig& delivery) {
  HttpClientOptions options;
  options.auth = config.auth;
  options.tls = config.tls;
  options.request_timeout = delivery.request_timeout;
  options.max_connections = std::max(1U, delivery.max_in_flight);
  return options;
}

}  // namespace supercargo
