#include <algorithm>
#include <array>

#include "agent/config/fields.h"
#include "agent/config/site.h"
#include "agent/config/web_config.h"

namespace supercargo::config {
namespace {

using Tls = WebTlsConfig;

constexpr std::array<std::string_view, 5> kClientAuths{"NoClientCert",
                                                       "RequestClientCert",
                                                       "RequireAnyClientCert",
                                                       "VerifyClientCertIfGiven",
                                                       "RequireAndVerifyClientCert"};
constexpr std::array<std::string_view, 4> kVersions{"TLS10", "TLS11", "TLS12", "TLS13"};

constexpr std::array<std::string_view, 5> kHeaders{"Content-Security-Policy",
                                                   "X-Frame-Options",
                                                   "X-Content-Type-Options",
                                                   "X-XSS-Protection",
                                                   "Strict-Transport-Security"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// $2y$12$ and 53 characters of salt and hash.
std::string check_bcrypt_hash(std::string_view text) {
  const bool known =
      text.starts_with("$2a$") || text.starts_with("$2b$") || text.starts_with("$2y$");
  const bool valid = known && text.size() == 60 && is_digit(text[4]) && is_digit(text[5]) &&
                     text[6] == '$' && text.find_first_of("\n\r:*!") == std::string_view::npos;
  // Each step doubles the time: 18 is a minute of CPU.
  const int cost = valid ? (text[4] - '0') * 10 + (text[5] - '0') : 0;
  if (!valid) {
    return "expected a bcrypt hash, as `htpasswd -nBC 10 \"\"` makes it: $2y$10$ and 53 characters";
  }
  return cost < 4 || cost > 15 ? "expected a bcrypt cost between 4 and 15" : "";
}

std::string check_user(std::string_view text) {
  return text.empty() || text.find(':') != std::string_view::npos
             ? "a user's name cannot be empty or have a colon"
             : "";
}

std::string check_header(std::string_view text) {
  return std::find(kHeaders.begin(), kHeaders.end(), text) == kHeaders.end()
             ? "expected one of Content-Security-Policy, X-Frame-Options, X-Content-Type-Options, "
               "X-XSS-Protection, Strict-Transport-Security"
             : "";
}

constexpr std::array kTlsFields{
    field<&Tls::cert_file>("cert_file",
                           {.description = "The server's certificate (PEM), with those between it "
                                           "and the authority behind it."}),
    field<&Tls::key_file>("key_file", {.description = "Its key (PEM)."}),
    field<&Tls::client_auth_type>(
        "client_auth_type",
        {.description = "Whether clients need a certificate: asked for, demanded, checked when "
                        "there is one, or both.",
         .choices = kClientAuths}),
    field<&Tls::client_ca_file>(
        "client_ca_file",
        {.description = "Authorities that client certificates are checked by.",
         .unset = "the system's"}),
    field<&Tls::client_allowed_sans>(
        "client_allowed_sans",
        {.description = "One of these names (DNS, IP, email, URI) must stand in the certificate of "
                        "a client.",
         .unset = "any"}),
    field<&Tls::min_version>("min_version",
                             {.description = "Oldest version of TLS.", .choices = kVersions}),
    field<&Tls::max_version>("max_version",
                             {.description = "Newest version of TLS.", .choices = kVersions}),
    field<&Tls::cipher_suites>(
        "cipher_suites",
        {.description = "Those of TLS 1.2 and older, by Go's names.", .unset = "OpenSSL's"}),
    field<&Tls::prefer_server_cipher_suites>(
        "prefer_server_cipher_suites",
        {.description = "Take the server's order, not the client's."}),
    field<&Tls::curve_preferences>(
        "curve_preferences",
        {.description = "CurveP256, CurveP384, CurveP521, X25519.", .unset = "OpenSSL's"}),
};

void finish_tls(void* object, Site& site) {
  const Tls& tls = *static_cast<const Tls*>(object);
  if (tls.cert_file.empty() != tls.key_file.empty()) {
    const bool no_key = tls.key_file.empty();
    site.error(no_key ? "cert_file" : "key_file",
               no_key ? "needs a key_file, too" : "needs a cert_file, too");
  }
  const bool asks = tls.client_auth_type != Tls::ClientAuth::kNoClientCert;
  if (tls.cert_file.empty() && tls.key_file.empty() && asks) {
    site.error("client_auth_type", "needs a cert_file: the server has no certificate");
  }
  if (!tls.client_ca_file.empty() && !asks) {
    site.error("client_ca_file", "needs a client_auth_type that asks for certificates");
  }
  const bool verifies = tls.client_auth_type == Tls::ClientAuth::kVerifyClientCertIfGiven ||
                        tls.client_auth_type == Tls::ClientAuth::kRequireAndVerifyClientCert;
  if (!tls.client_allowed_sans.empty() && !verifies) {
    site.error("client_allowed_sans", "needs a client_auth_type that verifies certificates");
  }
  if (tls.max_version < tls.min_version) {
    site.error("max_version", "is older than min_version");
  }
}

constexpr Table kTlsTable{
    .title = "tls_server_config",
    .description = "TLS on the agent's own port. Files are read again when they change.",
    .fields = kTlsFields,
    .make = make_object<Tls>,
    .finish = finish_tls,
};

constexpr std::array kHttpFields{
    field<&WebHttpConfig::http2>(
        "http2", {.description = "Accepted and without effect: the server speaks HTTP/1.1."}),
    field<&WebHttpConfig::headers>(
        "headers",
        {.description = "Headers of each answer.", .unset = "none", .key_check = check_header}),
};
constexpr Table kHttpTable{
    .title = "http_server_config",
    .description = "What answers carry.",
    .fields = kHttpFields,
    .make = make_object<WebHttpConfig>,
};

constexpr std::array kWebFields{
    field<&WebConfig::tls>("tls_server_config", {.description = "TLS.", .table = &kTlsTable}),
    field<&WebConfig::http>("http_server_config", {.description = "HTTP.", .table = &kHttpTable}),
    field<&WebConfig::basic_auth_users>(
        "basic_auth_users",
        {.description =
             "Names and bcrypt hashes of those who may ask. /healthz and /readyz need no "
             "password.",
         .unset = "everybody",
         .check = check_bcrypt_hash,
         .key_check = check_user,
         .secret = true}),
};

}  // namespace

const Table kWebTable{
    .title = "The web configuration file",
    .description =
        "Named by `http.web_config_file`, in the form of Prometheus and its exporters, "
        "and read again when it changes.",
    .fields = kWebFields,
    .make = make_object<WebConfig>,
};

}  // namespace supercargo::config
