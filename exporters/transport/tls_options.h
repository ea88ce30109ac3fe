// TLS of libcurl's easy handles, as the configuration wants it.
//
// Called by http_client.cc on the output's thread. A handle is a `void*` here, which is what
// libcurl's CURL is.
#pragma once

#include <string>
#include <string_view>

#include "agent/base/result.h"
#include "agent/config/agent_config.h"

namespace supercargo {

// Files, checks and the least version. `easy` keeps no reference to `config`.
void apply_tls(void* easy, const TlsConfig& config);

// Whether the next connection may use the authorities that were read for one before, up to a minute
// ago.
void set_ca_cache(void* easy, bool use);

// Whether the files that are named can be read; else an error that names the one that cannot.
[[nodiscard]] Status check_tls_files(const TlsConfig& config);

// libcurl takes the name for SNI and for the certificate's check from the URL alone. So a
// configured server name replaces the host in the URL, and the two other texts put the original
// back where it belongs.
struct HttpEndpoint {
  std::string url;
  std::string connect_to;   // for CURLOPT_CONNECT_TO; empty: as the URL says
  std::string host_header;  // "Host: name:port"; empty: as the URL says
};

[[nodiscard]] Result<HttpEndpoint> make_http_endpoint(const std::string& url,
                                                      const std::string& server_name);

}  // namespace supercargo
