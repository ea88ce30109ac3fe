#include "agent/http/tls_context.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <boost/asio/ssl/context.hpp>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace supercargo {
namespace {

using ContextPointer = std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)>;

Error wrong(std::string_view key, std::string_view what) {
  std::string message = "tls_server_config.";
  message.append(key).append(": ").append(what);
  return Error{ErrorCode::kConfig, std::move(message)};
}

// The error at the bottom names the cause: "No such file or directory".
std::string openssl_reason() {
  const unsigned long code = ::ERR_peek_error();
  const char* const reason = ERR_SYSTEM_ERROR(code) ? nullptr : ::ERR_reason_error_string(code);
  std::array<char, 256> text{};
  ::ERR_error_string_n(code, text.data(), text.size());
  ::ERR_clear_error();
  return reason == nullptr ? text.data() : reason;
}

Error wrong_file(std::string_view key, const std::string& path) {
  return wrong(key, path + ": " + openssl_reason());
}

int protocol(WebTlsConfig::Version version) {
  constexpr std::array<int, 4> kVersions{
      TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION};
  return kVersions[static_cast<std::size_t>(version)];
}

// Go's names are IANA's; OpenSSL has its own.
Status set_ciphers(SSL_CTX* context, const WebTlsConfig& config) {
  std::string list;
  for (const std::string& name : config.cipher_suites) {
    const char* const ours = ::OPENSSL_cipher_name(name.c_str());
    if (ours == nullptr || std::string_view(ours) == "(NONE)") {
      return wrong("cipher_suites", "unknown cipher suite \"" + name + "\"");
    }
    list.append(list.empty() ? "" : ":").append(ours);
  }
  if (!list.empty() && ::SSL_CTX_set_cipher_list(context, list.c_str()) != 1) {
    return wrong("cipher_suites", openssl_reason());
  }
  if (config.prefer_server_cipher_suites) {
    ::SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE);
  }
  return Ok{};
}

Status set_curves(SSL_CTX* context, const WebTlsConfig& config) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kCurves{
      {{"CurveP256", "P-256"},
       {"CurveP384", "P-384"},
       {"CurveP521", "P-521"},
       {"X25519", "X25519"}}};
  std::string list;
  for (const std::string& name : config.curve_preferences) {
    const auto* const found = std::find_if(
        kCurves.begin(), kCurves.end(), [&](const auto& curve) { return curve.first == name; });
    if (found == kCurves.end()) {
      return wrong("curve_preferences", "unknown curve \"" + name + "\"");
    }
    list.append(list.empty() ? "" : ":").append(found->second);
  }
  // What SSL_CTX_set1_curves_list() stands for: that macro casts in C's way.
  if (!list.empty() && ::SSL_CTX_ctrl(context, SSL_CTRL_SET_GROUPS_LIST, 0, list.data()) != 1) {
    return wrong("curve_preferences", openssl_reason());
  }
  return Ok{};
}

int take_any_certificate(int /*verified*/, X509_STORE_CTX* /*store*/) {
  return 1;
}

Status set_client_auth(SSL_CTX* context, const WebTlsConfig& config) {
  using Auth = WebTlsConfig::ClientAuth;
  const Auth auth = config.client_auth_type;
  const bool verifies =
      auth == Auth::kVerifyClientCertIfGiven || auth == Auth::kRequireAndVerifyClientCert;
  const bool demands =
      auth == Auth::kRequireAnyClientCert || auth == Auth::kRequireAndVerifyClientCert;
  const int mode = auth == Auth::kNoClientCert
                       ? SSL_VERIFY_NONE
                       : SSL_VERIFY_PEER | (demands ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
  ::SSL_CTX_set_verify(context, mode, verifies ? nullptr : take_any_certificate);
  if (!verifies) {
    return Ok{};
  }
  const std::string& file = config.client_ca_file;
  if (file.empty()) {
    return ::SSL_CTX_set_default_verify_paths(context) == 1
               ? Status(Ok{})
               : Status(wrong("client_auth_type", openssl_reason()));
  }
  STACK_OF(X509_NAME)* const names = ::SSL_load_client_CA_file(file.c_str());
  if (names == nullptr || ::SSL_CTX_load_verify_file(context, file.c_str()) != 1) {
    return wrong_file("client_ca_file", file);
  }
  ::SSL_CTX_set_client_CA_list(context, names);
  return Ok{};
}

Status set_certificate(SSL_CTX* context, const WebTlsConfig& config) {
  if (::SSL_CTX_use_certificate_chain_file(context, config.cert_file.c_str()) != 1) {
    return wrong_file("cert_file", config.cert_file);
  }
  if (::SSL_CTX_use_PrivateKey_file(context, config.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return wrong_file("key_file", config.key_file);
  }
  return Ok{};
}

std::string_view text_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(::ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(::ASN1_STRING_length(text))};
}

bool is_name(const GENERAL_NAME& name, const std::string& wanted) {
  switch (name.type) {
    case GEN_DNS:
    case GEN_EMAIL:
    case GEN_URI:
      return text_of(name.d.ia5) == wanted;
    case GEN_IPADD: {
      const std::string_view bytes = text_of(name.d.iPAddress);
      std::array<char, INET6_ADDRSTRLEN> text{};
      const int family = bytes.size() == 4 ? AF_INET : AF_INET6;
      return (bytes.size() == 4 || bytes.size() == 16) &&
             ::inet_ntop(family, bytes.data(), text.data(), text.size()) != nullptr &&
             wanted == text.data();
    }
    default:
      return false;
  }
}

}  // namespace

Result<std::shared_ptr<boost::asio::ssl::context>> make_tls_context(const WebTlsConfig& config) {
  ::ERR_clear_error();
  ContextPointer context(::SSL_CTX_new(::TLS_server_method()), &::SSL_CTX_free);
  SSL_CTX* const raw = context.get();
  if (raw == nullptr) {
    return wrong("cert_file", openssl_reason());
  }
  if (::SSL_CTX_set_min_proto_version(raw, protocol(config.min_version)) != 1 ||
      ::SSL_CTX_set_max_proto_version(raw, protocol(config.max_version)) != 1) {
    return wrong("min_version", openssl_reason());
  }
  ::SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION);
  // Sessions would outlive a certificate that is no longer allowed.
  ::SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  ::SSL_CTX_set_options(raw, SSL_OP_NO_TICKET);
  for (const auto step : {set_certificate, set_ciphers, set_curves, set_client_auth}) {
    if (Status done = step(raw, config); !done) {
      return std::move(done).error();
    }
  }
  return std::make_shared<boost::asio::ssl::context>(context.release());
}

bool peer_is_allowed(const ssl_st* session, std::span<const std::string> names) {
  const X509* const certificate = ::SSL_get0_peer_certificate(session);
  if (names.empty() || certificate == nullptr) {
    return true;
  }
  auto* const list = static_cast<GENERAL_NAMES*>(
      ::X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  bool allowed = false;
  for (int i = 0; list != nullptr && i < sk_GENERAL_NAME_num(list); ++i) {
    const GENERAL_NAME& name = *sk_GENERAL_NAME_value(list, i);
    allowed = allowed || std::any_of(names.begin(), names.end(), [&](const std::string& wanted) {
                return is_name(name, wanted);
              });
  }
  ::GENERAL_NAMES_free(list);
  return allowed;
}

bool peer_is_verified(const ssl_st* session) {
  return ::SSL_get0_peer_certificate(session) != nullptr &&
         ::SSL_get_verify_callback(session) == nullptr &&
         ::SSL_get_verify_result(session) == X509_V_OK;
}

}  // namespace supercargo
