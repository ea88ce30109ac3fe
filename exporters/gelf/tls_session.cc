#include "exporters/gelf/tls_session.h"

#include <array>
#include <utility>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace supercargo {
namespace {

std::string openssl_reason() {
  const unsigned long code = ::ERR_peek_last_error();
  std::array<char, 256> text{};
  ::ERR_error_string_n(code, text.data(), text.size());
  ::ERR_clear_error();
  return code == 0 ? "no reason given" : text.data();
}

Error file_error(std::string_view what, const std::string& path) {
  return Error{ErrorCode::kConfig,
               (std::string("tls: ") += what) + " " + path + ": " + openssl_reason()};
}

bool is_ip_address(const std::string& host) {
  std::array<unsigned char, 16> buffer{};
  return ::inet_pton(AF_INET, host.c_str(), buffer.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), buffer.data()) == 1;
}

// Server names in the handshake are for names only (RFC 6066), addresses are checked all the same.
bool expect_peer(SSL* session, const std::string& name) {
  if (is_ip_address(name)) {
    return ::X509_VERIFY_PARAM_set1_ip_asc(::SSL_get0_param(session), name.c_str()) == 1;
  }
  // What SSL_set_tlsext_host_name() stands for: that macro casts in C's way.
  return ::SSL_set1_host(session, name.c_str()) == 1 &&
         ::SSL_ctrl(session,
                    SSL_CTRL_SET_TLSEXT_HOSTNAME,
                    TLSEXT_NAMETYPE_host_name,
                    const_cast<char*>(name.c_str())) == 1;
}

}  // namespace

void TlsSession::Free::operator()(ssl_st* session) const {
  ::SSL_free(session);
}

void TlsSession::Free::operator()(ssl_ctx_st* context) const {
  ::SSL_CTX_free(context);
}

Result<TlsSession::Context> TlsSession::make_context(const TlsConfig& config) {
  ::ERR_clear_error();
  Context context(::SSL_CTX_new(::TLS_client_method()));
  SSL_CTX* raw = context.get();
  if (raw == nullptr || ::SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) != 1) {
    return Error{ErrorCode::kUnavailable, "tls: " + openssl_reason()};
  }
  ::SSL_CTX_set_verify(raw, config.skip_verify ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
  const bool trusted = config.ca_file.empty()
                           ? ::SSL_CTX_set_default_verify_paths(raw) == 1
                           : ::SSL_CTX_load_verify_file(raw, config.ca_file.c_str()) == 1;
  if (!trusted) {
    return file_error("read ca_file", config.ca_file);
  }
  if (!config.certificate_file.empty() &&
      ::SSL_CTX_use_certificate_chain_file(raw, config.certificate_file.c_str()) != 1) {
    return file_error("read certificate_file", config.certificate_file);
  }
  if (!config.key_file.empty() &&
      ::SSL_CTX_use_PrivateKey_file(raw, config.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return file_error("read key_file", config.key_file);
  }
  return context;
}

Result<TlsSession> TlsSession::create(const TlsConfig& config, const std::string& host) {
  Result<Context> context = make_context(config);
  if (!context) {
    return std::move(context).error();
  }
  Session session(::SSL_new(context->get()));
  BIO* input = ::BIO_new(::BIO_s_mem());
  BIO* output = ::BIO_new(::BIO_s_mem());
  if (session == nullptr || input == nullptr || output == nullptr) {
    ::BIO_free(input);
    ::BIO_free(output);
    return Error{ErrorCode::kUnavailable, "tls: " + openssl_reason()};
  }
  ::SSL_set_bio(session.get(), input, output);
  ::SSL_set_connect_state(session.get());
  const std::string& name = config.server_name.empty() ? host : config.server_name;
  if (!expect_peer(session.get(), name)) {
    return Error{ErrorCode::kConfig, "tls: server name " + name + ": " + openssl_reason()};
  }
  return TlsSession(std::move(*context), std::move(session));
}

Status TlsSession::feed(std::string_view wire) {
  const int count =
      ::BIO_write(::SSL_get_rbio(session_.get()), wire.data(), static_cast<int>(wire.size()));
  if (count != static_cast<int>(wire.size())) {
    return Error{ErrorCode::kUnavailable, "tls: out of memory"};
  }
  return Ok{};
}

Error TlsSession::failure(std::string_view what, int result) const {
  const int kind = ::SSL_get_error(session_.get(), result);
  std::string message = std::string("tls: ") += what;
  const auto verdict = ::SSL_get_verify_result(session_.get());
  if (kind == SSL_ERROR_ZERO_RETURN) {
    message += ": closed by the peer";
  } else if (verdict != X509_V_OK && ::SSL_get_verify_mode(session_.get()) != SSL_VERIFY_NONE) {
    message += std::string(": ") += ::X509_verify_cert_error_string(verdict);
  } else {
    message += ": " + openssl_reason();
  }
  ::ERR_clear_error();
  return Error{ErrorCode::kIo, std::move(message)};
}

Result<bool> TlsSession::handshake() {
  ::ERR_clear_error();
  const int result = ::SSL_do_handshake(session_.get());
  if (result == 1) {
    return true;
  }
  if (::SSL_get_error(session_.get(), result) == SSL_ERROR_WANT_READ) {
    return false;
  }
  return failure("handshake", result);
}

Status TlsSession::encrypt(std::string_view plain) {
  ::ERR_clear_error();
  std::size_t written = 0;
  // Memory takes everything, so a success is never partial.
  const int result = ::SSL_write_ex(session_.get(), plain.data(), plain.size(), &written);
  if (result != 1) {
    return failure("write", result);
  }
  return Ok{};
}

Status TlsSession::discard_input() {
  ::ERR_clear_error();
  std::array<char, 4096> buffer{};
  std::size_t count = 0;
  int result = 1;
  while (result == 1) {
    result = ::SSL_read_ex(session_.get(), buffer.data(), buffer.size(), &count);
  }
  if (::SSL_get_error(session_.get(), result) == SSL_ERROR_WANT_READ) {
    return Ok{};
  }
  return failure("read", result);
}

void TlsSession::take_output(std::string& wire) {
  BIO* output = ::SSL_get_wbio(session_.get());
  const std::size_t pending = ::BIO_ctrl_pending(output);
  if (pending == 0) {
    return;
  }
  const std::size_t start = wire.size();
  wire.resize(start + pending);
  const int count = ::BIO_read(output, wire.data() + start, static_cast<int>(pending));
  wire.resize(start + static_cast<std::size_t>(count > 0 ? count : 0));
}

}  // namespace supercargo
