#include "agent/http/request_rules.h"

namespace supercargo {
namespace {

// A whole URL, as proxies are asked, has to be taken for its path (RFC 9112 3.2.2).
std::string_view origin_form(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.starts_with(scheme)) {
      const std::size_t path = target.find_first_of("/?", scheme.size());
      return path == std::string_view::npos || target[path] == '?' ? "/" : target.substr(path);
    }
  }
  return target;
}

}  // namespace

std::optional<HttpResponse> refusal(const RequestHead& head) {
  if (head.has_body) {
    return text_response(413, "request bodies are not accepted here\n");
  }
  if (head.method != "GET" && head.method != "HEAD") {
    return text_response(405, "only GET and HEAD are answered here\n");
  }
  if (!origin_form(head.target).starts_with('/')) {
    return text_response(400, "the request's target must begin with a slash\n");
  }
  return std::nullopt;
}

HttpRequest split_target(std::string_view target) {
  target = origin_form(target);
  HttpRequest request;
  const std::size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != std::string_view::npos) {
    request.query = target.substr(mark + 1);
  }
  return request;
}

bool needs_no_password(std::string_view path) {
  return path == "/healthz" || path == "/readyz";
}

std::map<std::string, std::string> response_headers(
    const HttpResponse& response, const std::map<std::string, std::string>& configured) {
  std::map<std::string, std::string> headers{
      {"Cache-Control", "no-store"},
      {"Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"},
      {"Content-Type", response.content_type},
      {"Server", "supercargo"},
      {"Vary", "Accept, Accept-Encoding"},
      {"X-Content-Type-Options", "nosniff"},
  };
  if (response.status == 401) {
    headers["WWW-Authenticate"] = "Basic realm=\"supercargo\", charset=\"UTF-8\"";
  }
  if (response.status == 405) {
    headers["Allow"] = "GET, HEAD";
  }
  if (response.gzip) {
    headers["Content-Encoding"] = "gzip";
  }
  for (const auto& [name, value] : configured) {
    headers[name] = value;
  }
  return headers;
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return result;
}

}  // namespace supercargo
