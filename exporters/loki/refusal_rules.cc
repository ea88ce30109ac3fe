#include "exporters/loki/refusal_rules.h"

namespace supercargo {
namespace {

using Cause = RefusalCause;

// As Go cuts a time to the second: towards the past.
std::int64_t second_of(std::int64_t time_ns) {
  constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
  const std::int64_t second = time_ns / kNanosPerSecond;
  return time_ns % kNanosPerSecond < 0 ? second - 1 : second;
}

Breach breach_if(bool broken) {
  return broken ? Breach::kYes : Breach::kNo;
}

Breach too_old(const PushedEntry& entry, const LokiRefusal& limit) {
  const std::int64_t second = second_of(entry.time_ns);
  const std::int64_t oldest = second_of(limit.bound_ns.value_or(0));
  return second == oldest ? Breach::kPerhaps : breach_if(second < oldest);
}

// The limit itself is not told, but it is not above what was refused for it.
Breach too_new(const PushedEntry& entry, const LokiRefusal& limit) {
  const std::int64_t second = second_of(entry.time_ns);
  const std::int64_t refused = second_of(limit.time_ns.value_or(0));
  return second == refused ? Breach::kPerhaps : breach_if(second > refused);
}

Breach too_long(const PushedEntry& entry, const LokiRefusal& limit) {
  return breach_if(entry.line_bytes > limit.limit_bytes);
}

Breach has_metadata(const PushedEntry& entry, const LokiRefusal&) {
  return breach_if(entry.metadata.pairs > 0);
}

Breach metadata_too_large(const PushedEntry& entry, const LokiRefusal& limit) {
  return breach_if(entry.metadata.bytes > limit.limit_bytes);
}

Breach metadata_too_many(const PushedEntry& entry, const LokiRefusal& limit) {
  return breach_if(entry.metadata.pairs > limit.limit_bytes);
}

std::int64_t entry_second(const PushedEntry& entry) {
  return second_of(entry.time_ns);
}

std::int64_t told_second(const LokiRefusal& told) {
  return second_of(told.time_ns.value_or(0));
}

std::int64_t entry_line(const PushedEntry& entry) {
  return static_cast<std::int64_t>(entry.line_bytes);
}

std::int64_t entry_metadata_bytes(const PushedEntry& entry) {
  return static_cast<std::int64_t>(entry.metadata.bytes);
}

std::int64_t entry_metadata_pairs(const PushedEntry& entry) {
  return static_cast<std::int64_t>(entry.metadata.pairs);
}

std::int64_t told_size(const LokiRefusal& told) {
  return static_cast<std::int64_t>(told.size);
}

std::int64_t any_entry(const PushedEntry&) {
  return 0;
}

std::int64_t any_told(const LokiRefusal&) {
  return 0;
}

const LokiRefusal& later_bound(const LokiRefusal& a, const LokiRefusal& b) {
  return a.bound_ns < b.bound_ns ? b : a;
}

const LokiRefusal& earlier_time(const LokiRefusal& a, const LokiRefusal& b) {
  return b.time_ns < a.time_ns ? b : a;
}

const LokiRefusal& first(const LokiRefusal& a, const LokiRefusal&) {
  return a;
}

}  // namespace

RefusalScope refusal_scope(RefusalCause cause) {
  switch (cause) {
    case Cause::kTooOld:
    case Cause::kTooNew:
    case Cause::kLineTooLong:
    case Cause::kMetadataDisallowed:
    case Cause::kMetadataTooLarge:
    case Cause::kMetadataTooMany:
      return RefusalScope::kEntries;
    case Cause::kLabels:
    case Cause::kLabelCount:
    case Cause::kLabelName:
    case Cause::kLabelValue:
      return RefusalScope::kStream;
    case Cause::kTooFarBehind:
    case Cause::kOutOfOrder:
    case Cause::kStreamRate:
    case Cause::kStreamLimit:
      return RefusalScope::kIngester;
    case Cause::kUnknown:
    case Cause::kNoSchema:
    case Cause::kForeign:
    case Cause::kCut:
    case Cause::kNoIngester:
      return RefusalScope::kNothing;
    default:
      return RefusalScope::kRequest;
  }
}

const std::array<RefusalRule, 6> kRefusalRules{{
    {Cause::kTooOld, too_old, entry_second, told_second, later_bound, false},
    {Cause::kTooNew, too_new, entry_second, told_second, earlier_time, true},
    {Cause::kLineTooLong, too_long, entry_line, told_size, first, false},
    {Cause::kMetadataDisallowed, has_metadata, any_entry, any_told, first, false},
    {Cause::kMetadataTooLarge, metadata_too_large, entry_metadata_bytes, told_size, first, false},
    {Cause::kMetadataTooMany, metadata_too_many, entry_metadata_pairs, told_size, first, false},
}};

}  // namespace supercargo
