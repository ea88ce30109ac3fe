// Who may talk to the agent's own server: Prometheus' web configuration file, which other exporters
// take by --web.config.file.
//
// A value, loaded on the main thread at start and whenever the file changes. Bad input never throws
// or crashes. https://prometheus.io/docs/prometheus/latest/configuration/https/
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace supercargo {

struct WebTlsConfig {
  enum class ClientAuth : std::uint8_t {
    kNoClientCert,
    kRequestClientCert,
    kRequireAnyClientCert,
    kVerifyClientCertIfGiven,
    kRequireAndVerifyClientCert,
  };
  enum class Version : std::uint8_t { kTls10, kTls11, kTls12, kTls13 };

  std::string cert_file;  // of this and the next paths, relative ones stand beside the file itself
  std::string key_file;
  ClientAuth client_auth_type = ClientAuth::kNoClientCert;
  std::string client_ca_file;
  std::vector<std::string> client_allowed_sans;
  Version min_version = Version::kTls12;
  Version max_version = Version::kTls13;
  std::vector<std::string> cipher_suites;  // by Go's (IANA's) names
  bool prefer_server_cipher_suites = true;
  std::vector<std::string> curve_preferences;

  [[nodiscard]] bool enabled() const { return !cert_file.empty(); }
};

struct WebHttpConfig {
  bool http2 = true;
  std::map<std::string, std::string> headers;  // of each answer
};

struct WebConfig {
  WebTlsConfig tls;
  WebHttpConfig http;
  std::map<std::string, std::string> basic_auth_users;  // name and bcrypt hash of the password
};

struct LoadedWebConfig {
  WebConfig config;
  // "FILE:LINE:COLUMN" by key ("tls_server_config.cert_file"), for what only OpenSSL can tell.
  std::map<std::string, std::string> places;
};

struct WebConfigResult {
  std::optional<LoadedWebConfig> loaded;
  std::vector<std::string> errors;  // as in ConfigResult

  explicit operator bool() const { return loaded.has_value(); }
};

[[nodiscard]] WebConfigResult load_web_config(const std::string& path);

// `path` stands in the messages, and is where relative paths begin.
[[nodiscard]] WebConfigResult parse_web_config(std::string_view text, const std::string& path);

}  // namespace supercargo
