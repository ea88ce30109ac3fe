#include "agent/config/checks.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <re2/re2.h>
#include <sys/socket.h>

#include "agent/base/text.h"
#include "agent/config/url.h"

namespace supercargo::config {
namespace {

constexpr std::string_view kLower = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view kUpper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view kDigits = "0123456789";

bool consists_of(std::string_view text, std::initializer_list<std::string_view> alphabets) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return std::any_of(alphabets.begin(), alphabets.end(), [c](std::string_view alphabet) {
      return alphabet.find(c) != std::string_view::npos;
    });
  });
}

bool equal_ignoring_case(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return a == b || (a >= 'A' && a <= 'Z' && a + ('a' - 'A') == b);
  });
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> ignored{};
  if (host.starts_with('[') && host.ends_with(']')) {
    return inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), ignored.data()) == 1;
  }
  return inet_pton(AF_INET, host.c_str(), ignored.data()) == 1;
}

std::string check_url(std::string_view text,
                      std::span<const std::string_view> schemes,
                      std::string_view expected) {
  const auto url = parse_url(text);
  if (!url) {
    return url.error().message;
  }
  if (std::find(schemes.begin(), schemes.end(), url->scheme) == schemes.end()) {
    return std::string("expected ").append(expected);
  }
  return {};
}

}  // namespace

std::string check_absolute_path(std::string_view text) {
  return text.starts_with('/') ? "" : "expected an absolute path";
}

std::string check_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const bool valid = colon != std::string_view::npos &&
                     is_address(std::string(text.substr(0, colon))) &&
                     parse_number<std::uint16_t>(text.substr(colon + 1));
  return valid ? "" : "expected an IP address and a port, such as \"[::]:9655\" or 127.0.0.1:9655";
}

std::string check_regular_expression(std::string_view text) {
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 pattern(re2::StringPiece(text.data(), text.size()), options);
  return pattern.ok() ? "" : "not a regular expression (RE2): " + pattern.error();
}

std::string check_output_name(std::string_view text) {
  const bool valid =
      !text.empty() && text.size() <= 63 && consists_of(text, {kLower, kDigits, "_-"});
  return valid ? "" : "expected 1 to 63 lower-case letters, digits, \"-\" or \"_\"";
}

std::string check_http_url(std::string_view text) {
  static constexpr std::array<std::string_view, 2> kSchemes{"http", "https"};
  return check_url(text, kSchemes, "http:// or https://");
}

std::string check_kubernetes_key(std::string_view text) {
  const std::string_view name = text.substr(text.find('/') + 1);
  const bool valid = !name.empty() && name.size() <= 63 && text.size() <= 253 + 1 + 63 &&
                     consists_of(name, {kLower, kUpper, kDigits, "_.-"}) &&
                     consists_of(text, {kLower, kUpper, kDigits, "_.-/"});
  return valid ? ""
               : "not the name of a Kubernetes label or annotation, such as app.kubernetes.io/name";
}

std::string check_loki_url(std::string_view text) {
  std::string problem = check_http_url(text);
  if (problem.empty() && text.find("/loki/api/v1/push") != std::string_view::npos) {
    problem = "the push path is appended: leave /loki/api/v1/push away";
  }
  return problem;
}

std::string check_tenant(std::string_view text) {
  const bool valid = !text.empty() && text.size() <= 150 && text != "." && text != ".." &&
                     consists_of(text, {kLower, kUpper, kDigits, "!-_.*'()"});
  return valid ? ""
               : "a tenant's name has 1 to 150 letters, digits and !-_.*'(), and is not . or ..";
}

std::string check_namespace_pattern(std::string_view text) {
  if (text.size() >= 2 && text.starts_with('/') && text.ends_with('/')) {
    return check_regular_expression(text.substr(1, text.size() - 2));
  }
  return consists_of(text, {kLower, kDigits, "-*?"})
             ? ""
             : "a namespace's name has lower-case letters, digits and \"-\"; a regular expression "
               "stands between slashes";
}

std::string check_gelf_url(std::string_view text) {
  static constexpr std::array<std::string_view, 5> kSchemes{"tcp", "tls", "udp", "http", "https"};
  return check_url(text, kSchemes, "tcp://, tls://, udp://, http:// or https://");
}

std::string check_label_name(std::string_view text) {
  const bool valid = !text.empty() && text.size() <= 1024 &&
                     kDigits.find(text[0]) == std::string_view::npos && !text.starts_with("__") &&
                     consists_of(text, {kLower, kUpper, kDigits, "_"});
  return valid ? ""
               : "a label's name has letters, digits and \"_\", does not begin with a digit, and "
                 "not with \"__\", which Loki keeps for itself";
}

std::string check_label_value(std::string_view text) {
  if (text.empty()) {
    return "an empty label is the same as none for Loki: leave it out";
  }
  return text.size() <= 2048 ? "" : "longer than the 2048 bytes that Loki accepts";
}

std::string check_header_name(std::string_view text) {
  if (text.empty() || !consists_of(text, {kLower, kUpper, kDigits, "!#$%&'*+-.^_`|~"})) {
    return "not the name of an HTTP header";
  }
  static constexpr std::array<std::string_view, 5> kOwn{
      "content-type", "content-length", "content-encoding", "transfer-encoding", "host"};
  if (std::any_of(kOwn.begin(), kOwn.end(), [text](std::string_view own) {
        return equal_ignoring_case(text, own);
      })) {
    return "this header is set by supercargo";
  }
  return equal_ignoring_case(text, "x-scope-orgid") ? "use the key tenant for this header" : "";
}

std::string check_gelf_field_name(std::string_view text) {
  if (text.starts_with('_')) {
    return "leave the leading \"_\" away: it is added";
  }
  if (text.empty() || !consists_of(text, {kLower, kUpper, kDigits, "_.-"})) {
    return "a GELF field's name has letters, digits, \"_\", \".\" and \"-\"";
  }
  if (text.starts_with("gl2_")) {
    return "Graylog keeps names that begin with gl2_ for itself";
  }
  return text == "id" ? "GELF does not allow a field of the name _id" : "";
}

std::string check_line_field(std::string_view text) {
  constexpr std::size_t kMost = 128;
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < '\x7F'; });
  if (text.empty() || text.size() > kMost || !printable) {
    return "a field's name has 1 to 128 characters of ASCII";
  }
  if (text.starts_with("gl2_") || text.starts_with("_gl2_")) {
    return "Graylog keeps names that begin with gl2_ for itself";
  }
  return "";
}

}  // namespace supercargo::config
