// What one tenant of a Loki may send. Every limit has a name, which is its flag of the program
// loki_stand_in and its parameter of POST /stand-in/limits.
//
// Values; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace supercargo::test {

// The defaults are those of Loki 3, but for rates and numbers of streams, which are not limited.
// 0 means "no limit" where it would make no sense as one; of the rest 0 is "no" and 1 "yes".
struct LokiLimits {
  std::uint64_t max_labels = 15;
  std::uint64_t max_label_name_bytes = 1024;
  std::uint64_t max_label_value_bytes = 2048;
  std::uint64_t max_line_bytes = std::uint64_t{256} << 10;
  std::uint64_t allow_metadata = 1;
  std::uint64_t max_metadata_bytes = std::uint64_t{64} << 10;
  std::uint64_t max_metadata_entries = 128;
  std::uint64_t max_body_bytes = std::uint64_t{100} << 20;  // uncompressed
  std::uint64_t max_age_s = std::uint64_t{7} * 24 * 3600;
  std::uint64_t max_future_s = 600;
  std::uint64_t max_behind_s = 3600;  // behind the newest line of its stream
  std::uint64_t max_streams = 0;      // 0: no limit
  std::uint64_t ingestion_rate = 0;   // of the tenant, bytes a second; 0: no limit
  std::uint64_t ingestion_burst = 6'000'000;
  std::uint64_t stream_rate = 0;  // bytes a second; 0: no limit
  std::uint64_t stream_burst = std::uint64_t{15} << 20;
  std::uint64_t whole_stream = 1;    // what one push holds of a stream is within the rate or not
  std::uint64_t shards = 0;          // streams that the lines of one are spread over; 0: one
  std::uint64_t schema_start_s = 0;  // no new stream begins before; 0: no such date
  std::uint64_t max_ignored_named = 10;  // in the text about a stream
  std::uint64_t discover_service_name = 1;
  std::uint64_t blocked_until_s = 0;  // Unix time; 0: not blocked
  std::uint64_t blocked_status = 260;
  std::uint64_t poison_share = 0;   // see loki_poisons(); 0: no line
  std::uint64_t away_share = 0;     // of the streams, by loki_poisons(): their ingester is away
  std::uint64_t away_answer = 1;    // 0: nobody has noticed, and others of their push are stored;
                                    // 1: as Loki says it; 2: in words that nobody knows
  std::uint64_t answer_status = 0;  // of every push, in place of its treatment; 0: none
};

// A line that fails inside Loki: whoever pushes it is answered by 500, whatever else is in the
// push. Of `share` lines one is such a line, by its text alone.
[[nodiscard]] bool loki_poisons(std::string_view line, std::uint64_t share);

struct LokiLimitField {
  std::string_view name;
  std::uint64_t LokiLimits::*value;
  std::string_view help;
};

[[nodiscard]] std::span<const LokiLimitField> loki_limit_fields();

// False: no such limit, or no number.
[[nodiscard]] bool set_limit(LokiLimits& limits, std::string_view name, std::string_view value);

// Those of a Loki 3 that nobody has configured, rates and streams too.
[[nodiscard]] LokiLimits default_loki_limits();

}  // namespace supercargo::test
