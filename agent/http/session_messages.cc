#include "agent/http/session_messages.h"

#include <string_view>
#include <utility>

namespace supercargo {
namespace {

boost::beast::http::response<OutgoingResponse::Body> make_response(
    const HttpResponse& answer,
    const std::map<std::string, std::string>& configured_headers,
    bool keep_alive) {
  const std::string_view body = answer.body ? std::string_view(*answer.body) : std::string_view();
  boost::beast::http::response<OutgoingResponse::Body> response;
  response.version(11);
  response.result(answer.status);
  for (const auto& [name, value] : response_headers(answer, configured_headers)) {
    response.set(name, value);
  }
  response.content_length(body.size());
  response.keep_alive(keep_alive);
  response.body() = {body.data(), body.size()};
  return response;
}

}  // namespace

RequestHead head_of(const RequestParser& parser) {
  const auto length = parser.content_length();
  const auto method = parser.get().method_string();
  const auto target = parser.get().target();
  return {.method = {method.data(), method.size()},
          .target = {target.data(), target.size()},
          .has_body = parser.chunked() || (length && *length > 0)};
}

HttpRequest request_of(const RequestParser& parser) {
  HttpRequest request = split_target(head_of(parser).target);
  for (const auto& field : parser.get()) {
    const auto name = field.name_string();
    const auto value = field.value();
    request.headers.emplace_back(lower_case({name.data(), name.size()}),
                                 std::string(value.data(), value.size()));
  }
  return request;
}

OutgoingResponse::OutgoingResponse(HttpResponse answer,
                                   const std::map<std::string, std::string>& configured_headers,
                                   bool keep_alive)
    : answer_(std::move(answer)),
      response_(make_response(answer_, configured_headers, keep_alive)),
      serializer_(response_) {}

}  // namespace supercargo
