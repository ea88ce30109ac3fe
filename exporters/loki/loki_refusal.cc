#include "exporters/loki/loki_refusal.h"

#include <algorithm>
#include <array>

#include "agent/base/text.h"
#include "exporters/loki/ingester_text.h"
#include "exporters/loki/text_pattern.h"
#include "exporters/transport/http_types.h"

namespace supercargo {
namespace {

using Cause = RefusalCause;

// Each as far as something is to be read from it: what follows is skipped.
constexpr std::array kPatterns{
    TextPattern{
        Cause::kTooOld,
        "entry for stream '%s' has timestamp too old: %t, oldest acceptable timestamp is: %b"},
    TextPattern{Cause::kTooNew, "entry for stream '%s' has timestamp too new: %t"},
    TextPattern{
        Cause::kLineTooLong,
        "max entry size '%l' bytes exceeded for stream '%s' while adding an entry with length "
        "'%z' bytes"},
    TextPattern{Cause::kMetadataDisallowed,
                "stream '%s' includes structured metadata, but this feature is disallowed"},
    TextPattern{Cause::kMetadataTooLarge,
                "stream '%s' has structured metadata too large: '%z' bytes, limit: '%l'"},
    TextPattern{Cause::kMetadataTooMany,
                "stream '%s' has too many structured metadata labels: '%z', limit: '%l'"},
    TextPattern{Cause::kLabelCount, "entry for stream '%s' has %z label names; limit %l"},
    TextPattern{Cause::kLabelName, "stream '%s' has label name too long: '%v'"},
    TextPattern{Cause::kLabelValue, "stream '%s' has label value too long: '%v'"},
    TextPattern{Cause::kLabels, "stream '%s' has duplicate label name: "},
    TextPattern{Cause::kLabels, "error parsing labels '%s' with error: "},
    TextPattern{Cause::kLabels, "error at least one label pair is required per stream"},
    TextPattern{Cause::kLabels,
                "missing required labels '%*' for user '%*' for stream '%s' (policy: "},
    TextPattern{Cause::kStreamLimit,
                "maximum active stream limit exceeded when trying to create stream %s, reduce"},
    TextPattern{Cause::kStreamLimit, "maximum active stream limit exceeded"},
    TextPattern{
        Cause::kStreamRate,
        "Per stream rate limit exceeded (limit: %r/sec) while attempting to ingest for stream "
        "'%s' totaling "},
    TextPattern{
        Cause::kTenantRate,
        "ingestion rate limit exceeded for user %* (limit: %l bytes/sec) while attempting to "
        "ingest '%*' lines totaling '%z' bytes"},
    TextPattern{Cause::kTenantRate,
                "ingestion rate limit exceeded for user %* (limit: %l bytes/sec)"},
    TextPattern{Cause::kTooLarge, "request body too large: %z bytes, limit: %l bytes"},
    TextPattern{Cause::kTooLarge, "request body too large: %* than max (%z vs %l)"},
    TextPattern{Cause::kTooLarge, "request body too large"},
    TextPattern{Cause::kNoStreams, "error at least one valid stream is required for ingestion"},
    TextPattern{Cause::kBlocked,
                "ingestion blocked for user '%*' (policy: '%*') until '%b' with status code"},
    TextPattern{Cause::kBlocked, "ingestion blocked for user '%*' until '%b' with status code"},
    TextPattern{Cause::kUnreadable, "couldn't parse labels: "},
    TextPattern{Cause::kUnreadable, "snappy: "},
    TextPattern{Cause::kUnreadable, "proto: "},
    TextPattern{Cause::kUnreadable, "unexpected EOF"},
    TextPattern{Cause::kTenantId, "no org id"},
    TextPattern{Cause::kTenantId, "tenant ID "},
    TextPattern{Cause::kTenantId, "multiple org IDs present"},
};

// These stand behind what other parts of Loki put before them, and only in answers of their own.
constexpr std::array kServerPatterns{
    TextPattern{Cause::kNoSchema, "%*no schema config found for time %t"},
    TextPattern{Cause::kTooLarge, "%*message larger than max (%z vs. %l)"},
    TextPattern{Cause::kNoIngester, "%*live replicas required"},
    TextPattern{Cause::kNoIngester, "%*unhealthy instances in the ring"},
    TextPattern{Cause::kNoIngester, "%*empty ring"},
    TextPattern{Cause::kNoIngester, "%*code = Unavailable"},
    TextPattern{Cause::kNoIngester, "%*code = DeadlineExceeded"},
    TextPattern{Cause::kNoIngester, "%*code = Canceled"},
    TextPattern{Cause::kNoIngester, "%*context deadline exceeded"},
    TextPattern{Cause::kNoIngester, "%*context canceled"},
    TextPattern{Cause::kNoIngester, "%*Ingester is shutting down"},
};

// "3 errors like: ", with which each text begins when there are several; 0 where it does not.
std::size_t take_count(std::string_view text, std::uint64_t& count) {
  constexpr std::string_view kWords = " errors like: ";
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::optional<std::uint64_t> number = parse_u64(text.substr(0, digits));
  if (!number || !text.substr(digits).starts_with(kWords)) {
    return 0;
  }
  count = *number;
  return digits + kWords.size();
}

// The start of the next text of several, from `place` on. Only whole texts are passed over in
// between, or what nobody knows: a label's value may contain these words, too.
std::size_t next_text(std::string_view text, std::size_t place) {
  constexpr std::string_view kBetween = "; ";
  std::uint64_t ignored = 0;
  while (true) {
    place = text.find(kBetween, place);
    if (place == std::string_view::npos) {
      return text.size();
    }
    place += kBetween.size();
    if (take_count(text.substr(place), ignored) > 0) {
      return place;
    }
  }
}

// Lines too far behind alone would be answered by 400: the list is too short for those that were
// refused for the stream's rate, which come last.
void note_hidden_rate(int status, LokiRefusal& refusal) {
  constexpr int kTooManyRequests = 429;
  if (status == kTooManyRequests && !refusal.listed.empty()) {
    refusal.cause = Cause::kStreamRate;
  }
}

std::size_t read_one(int status, std::string_view text, LokiRefusal& refusal) {
  std::uint64_t count = 1;
  const std::size_t begin = take_count(text, count);
  const std::string_view words = text.substr(begin);
  std::size_t size = match_ingester_text(words, refusal);
  note_hidden_rate(status, refusal);
  size = size > 0 ? size : match_any_pattern(kPatterns, words, refusal);
  if (size == 0 && status >= 500) {
    size = match_any_pattern(kServerPatterns, words, refusal);
  }
  refusal.count = count;
  return begin + size;
}

// The last of several texts is the one that was cut: what was read of it is not to be trusted.
void note_cut(std::vector<LokiRefusal>& refusals) {
  if (refusals.size() > 1) {
    refusals.pop_back();
  }
  refusals.emplace_back().cause = Cause::kCut;
}

bool is_foreign(int status, std::string_view text) {
  return text.starts_with('<') ||
         (status == 400 && text.find("HTTP request to an HTTPS") != std::string_view::npos);
}

}  // namespace

std::string_view refusal_reason(RefusalCause cause) {
  constexpr std::array<std::string_view, 25> kReasons{"refused_unattributed",
                                                      "too_old",
                                                      "too_new",
                                                      "line_too_long",
                                                      "metadata_disallowed",
                                                      "metadata_too_large",
                                                      "metadata_too_many",
                                                      "labels",
                                                      "labels",
                                                      "labels",
                                                      "labels",
                                                      "too_far_behind",
                                                      "out_of_order",
                                                      "stream_rate",
                                                      "stream_limit",
                                                      "tenant_rate",
                                                      "body_too_large",
                                                      "unreadable",
                                                      "no_streams",
                                                      "ingestion_blocked",
                                                      "tenant_id",
                                                      "no_schema",
                                                      "not_loki",
                                                      "answer_cut",
                                                      "no_ingester"};
  return kReasons.at(static_cast<std::size_t>(cause));
}

std::vector<LokiRefusal> parse_loki_refusals(int status, std::string_view text) {
  constexpr int kBlockedStatus = 260;
  std::vector<LokiRefusal> refusals;
  const std::string_view words = trim(text);
  if (is_foreign(status, words)) {
    refusals.emplace_back().cause = Cause::kForeign;
    return refusals;
  }
  if (status >= 200 && status < 300 && status != kBlockedStatus) {
    return refusals;
  }
  for (std::size_t place = 0; place < words.size() || refusals.empty();) {
    LokiRefusal& refusal = refusals.emplace_back();
    place += read_one(status, words.substr(place), refusal);
    place = next_text(words, place);
  }
  if (text.size() >= kMaxAnswerBytes) {
    note_cut(refusals);
  }
  return refusals;
}

}  // namespace supercargo
