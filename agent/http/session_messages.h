// What a session reads and writes, between the HTTP library's types and ours.
//
// For session.cc alone, which owns the values.
#pragma once

#include <map>
#include <string>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/span_body.hpp>

#include "agent/http/http_types.h"
#include "agent/http/request_rules.h"

namespace supercargo {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::empty_body>;

// Views into the parser.
[[nodiscard]] RequestHead head_of(const RequestParser& parser);

// Path, query and headers; not who asks.
[[nodiscard]] HttpRequest request_of(const RequestParser& parser);

// An answer on its way: it owns all that its serializer refers to, and so stays where it is until
// it is written.
class OutgoingResponse {
 public:
  using Body = boost::beast::http::span_body<const char>;
  using Serializer = boost::beast::http::response_serializer<Body>;

  OutgoingResponse(HttpResponse answer,
                   const std::map<std::string, std::string>& configured_headers,
                   bool keep_alive);
  OutgoingResponse(const OutgoingResponse&) = delete;
  OutgoingResponse& operator=(const OutgoingResponse&) = delete;
  ~OutgoingResponse() = default;

  [[nodiscard]] Serializer& serializer() { return serializer_; }

 private:
  const HttpResponse answer_;
  boost::beast::http::response<Body> response_;
  Serializer serializer_;
};

}  // namespace supercargo
