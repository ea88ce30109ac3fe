// Any text as a web configuration file is a configuration whose files have places, or a list of
// errors that each name the file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "agent/config/web_config.h"

namespace {

constexpr const char* kPath = "/etc/fuzz/web.yaml";

bool is_absolute(const std::string& file) {
  return file.empty() || file.front() == '/';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const supercargo::WebConfigResult result = supercargo::parse_web_config(text, kPath);
  if (!result) {
    bool named = !result.errors.empty();
    for (const std::string& error : result.errors) {
      named = named && error.starts_with(kPath);
    }
    if (!named) {
      std::abort();
    }
    return 0;
  }
  const supercargo::WebTlsConfig& tls = result.loaded->config.tls;
  const bool resolved =
      is_absolute(tls.cert_file) && is_absolute(tls.key_file) && is_absolute(tls.client_ca_file);
  const bool placed =
      !tls.enabled() || result.loaded->places.contains("tls_server_config.cert_file");
  if (!result.errors.empty() || !resolved || !placed || tls.min_version > tls.max_version) {
    std::abort();
  }
  return 0;
}
