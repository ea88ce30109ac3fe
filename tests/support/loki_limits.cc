#include "tests/support/loki_limits.h"

#include <algorithm>
#include <array>

#include "agent/base/text.h"

namespace supercargo::test {
namespace {

constexpr std::array<LokiLimitField, 27> kFields{{
    {"max_labels", &LokiLimits::max_labels, "streams with more are refused"},
    {"max_label_name_bytes", &LokiLimits::max_label_name_bytes, "streams with longer are refused"},
    {"max_label_value_bytes", &LokiLimits::max_label_value_bytes, "likewise"},
    {"max_line_bytes", &LokiLimits::max_line_bytes, "longer lines are refused"},
    {"allow_metadata", &LokiLimits::allow_metadata, "0: lines with metadata are refused"},
    {"max_metadata_bytes", &LokiLimits::max_metadata_bytes, "lines with more are refused"},
    {"max_metadata_entries", &LokiLimits::max_metadata_entries, "lines with more are refused"},
    {"max_body_bytes", &LokiLimits::max_body_bytes, "larger requests are refused"},
    {"max_age_s", &LokiLimits::max_age_s, "older lines are refused"},
    {"max_future_s", &LokiLimits::max_future_s, "newer lines are refused"},
    {"max_behind_s", &LokiLimits::max_behind_s, "lines this far behind are refused"},
    {"max_streams", &LokiLimits::max_streams, "0: no limit"},
    {"ingestion_rate", &LokiLimits::ingestion_rate, "bytes a second of a tenant; 0: no limit"},
    {"ingestion_burst", &LokiLimits::ingestion_burst, "bytes"},
    {"stream_rate", &LokiLimits::stream_rate, "bytes a second of a stream; 0: no limit"},
    {"stream_burst", &LokiLimits::stream_burst, "bytes"},
    {"whole_stream", &LokiLimits::whole_stream, "0: the stream's rate refuses line by line"},
    {"shards", &LokiLimits::shards, "streams that each is spread over; 0: none"},
    {"schema_start_s", &LokiLimits::schema_start_s, "Unix time; 0: no such date"},
    {"max_ignored_named", &LokiLimits::max_ignored_named, "lines named in an answer"},
    {"discover_service_name", &LokiLimits::discover_service_name, "adds a label to all streams"},
    {"blocked_until_s", &LokiLimits::blocked_until_s, "Unix time; 0: not blocked"},
    {"blocked_status", &LokiLimits::blocked_status, "answer while blocked"},
    {"poison_share", &LokiLimits::poison_share, "one line of so many fails its push; 0: none"},
    {"away_share", &LokiLimits::away_share, "one stream of so many has no ingester; 0: none"},
    {"away_answer", &LokiLimits::away_answer, "0: others of its push are stored all the same"},
    {"answer_status", &LokiLimits::answer_status, "answers all pushes so; 0: none"},
}};

}  // namespace

std::span<const LokiLimitField> loki_limit_fields() {
  return kFields;
}

bool set_limit(LokiLimits& limits, std::string_view name, std::string_view value) {
  const auto* field = std::find_if(
      kFields.begin(), kFields.end(), [name](const auto& known) { return known.name == name; });
  const auto number = parse_number<std::uint64_t>(value);
  if (field == kFields.end() || !number) {
    return false;
  }
  limits.*field->value = *number;
  return true;
}

// FNV-1a, which stays the same from build to build.
bool loki_poisons(std::string_view line, std::uint64_t share) {
  std::uint64_t hash = 14'695'981'039'346'656'037U;
  for (const char c : line) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211U;
  }
  return share != 0 && hash % share == 0;
}

LokiLimits default_loki_limits() {
  LokiLimits limits;
  limits.max_streams = 5000;
  limits.ingestion_rate = std::uint64_t{4} << 20;
  limits.ingestion_burst = std::uint64_t{6} << 20;
  limits.stream_rate = std::uint64_t{3} << 20;
  return limits;
}

}  // namespace supercargo::test
