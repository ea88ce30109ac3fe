// The server's side of TLS, from the web configuration file to OpenSSL.
//
// Free functions, main thread; the context is shared by the connections that began with it.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "agent/base/result.h"
#include "agent/config/web_config.h"

struct ssl_st;

namespace boost::asio::ssl {
class context;
}

namespace supercargo {

// Requires: config.enabled(). The error (kConfig) begins with the key that is wrong:
// "tls_server_config.cert_file: /tls/tls.crt: No such file or directory".
[[nodiscard]] Result<std::shared_ptr<boost::asio::ssl::context>> make_tls_context(
    const WebTlsConfig& config);

// Whether the peer's certificate has one of these alternative names. True when there are none to
// check, or the peer has no certificate, which is the context's to judge.
[[nodiscard]] bool peer_is_allowed(const ssl_st* session, std::span<const std::string> names);

// Whether the peer showed a certificate that was checked.
[[nodiscard]] bool peer_is_verified(const ssl_st* session);

}  // namespace supercargo
