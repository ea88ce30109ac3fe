// Which exposition format and compression a scrape gets, from its Accept and Accept-Encoding
// headers.
//
// Pure functions over text from the network: any input is answered, nothing is refused (a client
// that accepts nothing of ours gets text 0.0.4, as other exporters do it). Any thread.
#pragma once

#include <string_view>

#include "exporters/prometheus/text_writer.h"

namespace supercargo {

struct NegotiatedFormat {
  ExpositionFormat format = ExpositionFormat::kText;
  std::string_view content_type;  // static text
};

[[nodiscard]] NegotiatedFormat negotiate_format(std::string_view accept);

// True for gzip, false for identity.
[[nodiscard]] bool negotiate_gzip(std::string_view accept_encoding);

}  // namespace supercargo
