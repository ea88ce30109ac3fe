// Any label block is judged: one that is excluded is not included by the same pattern, and a block
// without the label always stays.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "exporters/prometheus/selection.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using supercargo::Selection;
  static const Selection including =
      *Selection::create({.include_labels = {{"namespace", "shop.*"}}});
  static const Selection excluding =
      *Selection::create({.exclude_labels = {{"namespace", "shop.*"}}});
  const std::string_view labels(reinterpret_cast<const char*>(data), size);
  const bool included = including.shows_series(labels);
  const bool stays = excluding.shows_series(labels);
  if (labels.find("namespace") == std::string_view::npos && !(included && stays)) {
    std::abort();
  }
  if (!including.shows_series("") || !excluding.shows_series("")) {
    std::abort();
  }
  return 0;
}
