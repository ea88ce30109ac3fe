// Takes Loki's refusals of a push apart: one answer may hold many, each with a cause of its own.
//
// Pure, any thread. The texts are those of grafana/loki 3 (pkg/validation/validate.go,
// pkg/ingester/stream.go, pkg/loghttp/push/push.go); what is not among them is kUnknown, never an
// error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace supercargo {

enum class RefusalCause : std::uint8_t {
  kUnknown,
  // Of entries, by the distributor: all others of the request were stored.
  kTooOld,              // time_ns; bound_ns: the oldest acceptable; both cut to the second
  kTooNew,              // time_ns, cut to the second
  kLineTooLong,         // limit_bytes; size: the line's length
  kMetadataDisallowed,  // entries that carry any
  kMetadataTooLarge,    // limit_bytes; size: of names and values
  kMetadataTooMany,     // size: the number of pairs
  // Of a stream as a whole, by the distributor: all others of the request were stored.
  kLabels,
  kLabelCount,  // size: how many; limit_bytes: how many may be
  kLabelName,   // is too long; told
  kLabelValue,  // likewise
  // By an ingester, which may have refused more streams than it tells. `ignored`, `total`,
  // `listed`.
  kTooFarBehind,  // entries older than `bound_ns`
  kOutOfOrder,    // as kTooFarBehind, of a Loki that takes no line older than its stream's newest
  kStreamRate,    // limit_bytes: a second
  kStreamLimit,   // a new stream; the tenant may not have more
  // Of the whole request: nothing was stored.
  kTenantRate,  // limit_bytes: a second
  kTooLarge,    // size and limit_bytes where they are told
  kUnreadable,  // a selector or the encoding
  kNoStreams,
  kBlocked,   // bound_ns: until then
  kTenantId,  // missing, or no name that Loki takes
  kNoSchema,  // time_ns: there is no place for lines of that time; others may have been stored
  // Not Loki's words, but of a proxy or another server.
  kForeign,
  // The answer ends before its end: more was refused than it tells.
  kCut,
  // Where one of the streams belongs nobody answers: nothing is said of any line.
  kNoIngester,
};

// A metric label: "too_old", "line_too_long".
[[nodiscard]] std::string_view refusal_reason(RefusalCause cause);

// One of the entries that an ingester lists: at most ten, the first that it refused.
struct ListedEntry {
  RefusalCause cause = RefusalCause::kUnknown;
  std::int64_t time_ns = 0;              // exact
  std::optional<std::int64_t> bound_ns;  // cut to the second
};

struct LokiRefusal {
  RefusalCause cause = RefusalCause::kUnknown;
  std::uint64_t count = 1;  // entries, or streams, that were refused with this very text
  std::string told;         // a name or a value
  std::string stream;       // the selector as Loki writes it (selector.h); empty: none is named
  std::optional<std::int64_t> time_ns;
  std::optional<std::int64_t> bound_ns;
  std::uint64_t limit_bytes = 0;  // 0: not told
  std::uint64_t size = 0;
  std::uint64_t ignored = 0;  // of the `total` entries of the stream that reached the ingester
  std::uint64_t total = 0;
  std::vector<ListedEntry> listed;
};

// Of an answer with this status; none for one that accepts all (2xx, but not 260). Every other
// answer has at least one.
[[nodiscard]] std::vector<LokiRefusal> parse_loki_refusals(int status, std::string_view text);

}  // namespace supercargo
