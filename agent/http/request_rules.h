// What the server says to a request before any route sees it, and what each answer carries, free of
// any HTTP library.
//
// Pure functions, any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "agent/http/http_types.h"

namespace supercargo {

struct RequestHead {
  std::string_view method;
  std::string_view target;
  bool has_body = false;
};

// The answer to what is not served at all.
[[nodiscard]] std::optional<HttpResponse> refusal(const RequestHead& head);

// Path and query, without headers.
[[nodiscard]] HttpRequest split_target(std::string_view target);

// Probes of the kubelet know no passwords, and their answers tell nothing.
[[nodiscard]] bool needs_no_password(std::string_view path);

// What an answer carries besides its length; `configured` stands in for the agent's own.
[[nodiscard]] std::map<std::string, std::string> response_headers(
    const HttpResponse& response, const std::map<std::string, std::string>& configured);

[[nodiscard]] std::string lower_case(std::string_view text);

}  // namespace supercargo
