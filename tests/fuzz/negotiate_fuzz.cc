// Any Accept, Accept-Encoding or timeout header is answered by one of the known answers.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exporters/prometheus/negotiate.h"
#include "exporters/prometheus/scraper.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto answer = supercargo::negotiate_format(text);
  const bool openmetrics =
      answer.content_type.starts_with("application/openmetrics-text; version=");
  const bool plain = answer.content_type == "text/plain; version=0.0.4; charset=utf-8";
  if (openmetrics == plain ||
      openmetrics != (answer.format == supercargo::ExpositionFormat::kOpenMetrics)) {
    std::abort();
  }
  if (supercargo::negotiate_gzip(text) && text.empty()) {
    std::abort();
  }
  const auto timeout = supercargo::scrape_timeout(text);
  if (timeout < std::chrono::milliseconds(900) || timeout > std::chrono::seconds(60)) {
    std::abort();
  }
  return 0;
}
