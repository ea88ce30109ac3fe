#include "exporters/prometheus/negotiate.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>

#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::string_view kOpenMetricsType = "application/openmetrics-text";
constexpr std::string_view kTextType = "text/plain";

struct Offer {
  std::string_view type;
  std::string_view version;
  NegotiatedFormat result;
};

// In the order of preference among equals.
constexpr std::array<Offer, 3> kOffers{{
    {kTextType, "0.0.4", {ExpositionFormat::kText, "text/plain; version=0.0.4; charset=utf-8"}},
    {kOpenMetricsType,
     "1.0.0",
     {ExpositionFormat::kOpenMetrics,
      "application/openmetrics-text; version=1.0.0; charset=utf-8"}},
    {kOpenMetricsType,
     "0.0.1",
     {ExpositionFormat::kOpenMetrics,
      "application/openmetrics-text; version=0.0.1; charset=utf-8"}},
}};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_no_case(std::string_view a, std::string_view b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view unquote(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text.remove_prefix(1);
    text.remove_suffix(1);
  }
  return text;
}

// One element of a header: `text/plain;version=0.0.4;q=0.2`.
struct Range {
  std::string_view name;
  std::string_view version;
  double quality = 1;
};

// A weight that is no number counts as 0: what the client meant is unknown, and another element
// will do.
double parse_quality(std::string_view text) {
  const auto quality = parse_number<double>(text);
  if (!quality || !(*quality >= 0)) {
    return 0;
  }
  return std::min(*quality, 1.0);
}

Range parse_range(std::string_view element) {
  Range range;
  range.name = trim(take_until(element, ';'));
  while (!element.empty()) {
    std::string_view parameter = take_until(element, ';');
    const std::string_view key = trim(take_until(parameter, '='));
    const std::string_view value = unquote(trim(parameter));
    if (equal_no_case(key, "q")) {
      range.quality = parse_quality(value);
    } else if (equal_no_case(key, "version")) {
      range.version = value;
    }
  }
  return range;
}

// How closely a range names an offer; 0: not at all (RFC 9110 12.5.1: the closest one decides).
int closeness(const Range& range, const Offer& offer) {
  const std::string_view group = offer.type.substr(0, offer.type.find('/') + 1);
  if (range.name == "*/*") {
    return 1;
  }
  if (range.name.ends_with("/*")) {
    return equal_no_case(range.name.substr(0, range.name.size() - 1), group) ? 2 : 0;
  }
  if (!equal_no_case(range.name, offer.type)) {
    return 0;
  }
  if (range.version.empty()) {
    return 3;
  }
  return range.version == offer.version ? 4 : 0;
}

struct Match {
  double quality = 0;
  int closeness = 0;
  std::size_t position = std::numeric_limits<std::size_t>::max();

  [[nodiscard]] bool better_than(const Match& other) const {
    if (quality != other.quality) {
      return quality > other.quality;
    }
    return closeness != other.closeness ? closeness > other.closeness : position < other.position;
  }
};

Match match(std::string_view accept, const Offer& offer) {
  Match best;
  for (std::size_t position = 0; !accept.empty(); ++position) {
    const Range range = parse_range(take_until(accept, ','));
    const int close = closeness(range, offer);
    if (close > best.closeness) {
      best = {range.quality, close, position};
    }
  }
  return best;
}

}  // namespace

NegotiatedFormat negotiate_format(std::string_view accept) {
  const Offer* chosen = &kOffers.front();
  Match best;
  for (const Offer& offer : kOffers) {
    const Match found = match(accept, offer);
    if (found.quality > 0 && found.better_than(best)) {
      best = found;
      chosen = &offer;
    }
  }
  return chosen->result;
}

bool negotiate_gzip(std::string_view accept_encoding) {
  double gzip = -1;
  double identity = -1;
  double any = -1;
  while (!accept_encoding.empty()) {
    const Range range = parse_range(take_until(accept_encoding, ','));
    if (equal_no_case(range.name, "gzip") || equal_no_case(range.name, "x-gzip")) {
      gzip = std::max(gzip, range.quality);
    } else if (equal_no_case(range.name, "identity")) {
      identity = std::max(identity, range.quality);
    } else if (range.name == "*") {
      any = std::max(any, range.quality);
    }
  }
  if (gzip < 0) {
    gzip = any;
  }
  return gzip > 0 && gzip >= identity;
}

}  // namespace supercargo
