#include "exporters/loki/loki_answer.h"

#include <algorithm>
#include <string_view>

#include "agent/base/text.h"
#include "agent/base/utf8.h"

namespace supercargo {
namespace {

using Cause = RefusalCause;
using Meaning = LokiAnswer::Meaning;

constexpr std::size_t kMaxDetailBytes = 400;

bool is_of_entries(Cause cause) {
  switch (cause) {
    case Cause::kTooOld:
    case Cause::kTooNew:
    case Cause::kLineTooLong:
    case Cause::kMetadataDisallowed:
    case Cause::kMetadataTooLarge:
    case Cause::kMetadataTooMany:
    case Cause::kLabels:
    case Cause::kLabelCount:
    case Cause::kLabelName:
    case Cause::kLabelValue:
    case Cause::kTooFarBehind:
    case Cause::kOutOfOrder:
      return true;
    default:
      return false;
  }
}

Meaning meaning_of(Cause cause) {
  switch (cause) {
    case Cause::kStreamRate:
    case Cause::kStreamLimit:
      return Meaning::kStream;
    case Cause::kTenantRate:
      return Meaning::kTenantRate;
    case Cause::kBlocked:
    case Cause::kTenantId:
      return Meaning::kTenant;
    case Cause::kTooLarge:
      return Meaning::kTooLarge;
    case Cause::kNoSchema:
    case Cause::kCut:
      return Meaning::kContent;
    case Cause::kNoIngester:
      return Meaning::kNoIngester;
    case Cause::kForeign:
      return Meaning::kDown;
    default:
      return is_of_entries(cause) ? Meaning::kEntries : Meaning::kSuspicious;
  }
}

// Where causes are mixed, what concerns more comes first: lines that wait are asked again, and then
// get an answer of their own.
Meaning meaning_of(const std::vector<LokiRefusal>& refusals) {
  Meaning most = Meaning::kEntries;
  for (const LokiRefusal& refusal : refusals) {
    most = std::max(most, meaning_of(refusal.cause));
  }
  return refusals.empty() ? Meaning::kSuspicious : most;
}

// Words that nobody knows may be another server's, and a body that nobody can read may have been
// damaged on its way: such answers are no word about the lines in it. Loki names the stream.
bool is_about_entries(std::string_view text, const std::vector<LokiRefusal>& refusals) {
  const bool known = std::any_of(refusals.begin(), refusals.end(), [](const LokiRefusal& refusal) {
    return refusal.cause != Cause::kUnknown && refusal.cause != Cause::kUnreadable &&
           refusal.cause != Cause::kNoStreams;
  });
  return known || text.find("stream '{") != std::string_view::npos ||
         text.find(" errors like: ") != std::string_view::npos;
}

struct ByStatus {
  Meaning meaning;
  std::string_view reason;  // empty: "http_" and the status
  std::string_view advice;  // empty where Loki's own words say it
};

ByStatus meaning_of_status(const HttpResult& result, const std::vector<LokiRefusal>& refusals) {
  const int status = result.status;
  switch (status) {
    case 260:  // Loki's answer for a tenant whose ingestion an administrator has blocked
      return {Meaning::kTenant, "ingestion_blocked", "ingestion of this tenant is blocked in Loki"};
    case 401:
      return {Meaning::kTenant, "unauthorized", "check auth and tenant of this output"};
    case 403:
      return {
          Meaning::kTenant, "forbidden", "check that auth of this output may write for its tenant"};
    case 404:
      return {
          Meaning::kTenant, "not_found", "check url of this output: no Loki push endpoint there"};
    case 408:
      return {Meaning::kDown, {}, {}};
    case 413:
      return {Meaning::kTooLarge, {}, {}};
    case 429: {
      const Meaning known = meaning_of(refusals);
      return {known == Meaning::kStream ? known : Meaning::kTenantRate, {}, {}};
    }
    case 400:
    case 415:
    case 422: {
      const Meaning known = meaning_of(refusals);
      const bool is_content = known == Meaning::kSuspicious && !result.answer_cut &&
                              is_about_entries(result.answer, refusals);
      return {is_content ? Meaning::kContent : known, {}, {}};
    }
    case 500:
      return {meaning_of(refusals), {}, {}};
    default:
      break;
  }
  if (status >= 300 && status < 400) {
    return {Meaning::kDown, "redirected", "check url of this output: redirects are not followed"};
  }
  if (status >= 400 && status < 500) {
    return {Meaning::kDown,
            {},
            "not an answer of Loki's: check url of this output and what is between"};
  }
  return {Meaning::kDown, {}, {}};
}

std::string readable(std::string_view text) {
  std::string out;
  append_valid_utf8(out, cut_utf8(trim(text), kMaxDetailBytes));
  std::replace_if(
      out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return out;
}

std::string reason_of(const ByStatus& by_status,
                      const LokiAnswer& answer,
                      const HttpResult& result) {
  if (!by_status.reason.empty()) {
    return std::string(by_status.reason);
  }
  if (result.answer_cut && answer.meaning == Meaning::kSuspicious) {
    return std::string(refusal_reason(Cause::kCut));
  }
  for (const LokiRefusal& refusal : answer.refusals) {
    if (refusal.cause != Cause::kUnknown && meaning_of(refusal.cause) == answer.meaning) {
      return std::string(refusal_reason(refusal.cause));
    }
  }
  return "http_" + std::to_string(result.status);
}

// What broke off may end within a number: only whose words they are is read from it.
std::vector<LokiRefusal> refusals_of(const HttpResult& result) {
  std::vector<LokiRefusal> refusals = parse_loki_refusals(result.status, result.answer);
  if (result.answer_cut && !refusals.empty() && refusals.front().cause != Cause::kForeign) {
    refusals.assign(1, LokiRefusal{});
  }
  return refusals;
}

}  // namespace

bool is_of_ingester(RefusalCause cause) {
  return cause == Cause::kTooFarBehind || cause == Cause::kOutOfOrder ||
         cause == Cause::kStreamRate || cause == Cause::kStreamLimit;
}

LokiAnswer understand_answer(const HttpResult& result) {
  LokiAnswer answer;
  answer.retry_after = result.retry_after;
  if (result.failure != HttpResult::Failure::kNone) {
    answer.meaning = Meaning::kDown;
    answer.reason = failure_name(result.failure);
    answer.detail = readable(result.error);
    return answer;
  }
  if (is_taken(result) && result.status != 260) {
    return answer;
  }
  answer.refusals = refusals_of(result);
  const ByStatus by_status = meaning_of_status(result, answer.refusals);
  answer.meaning = by_status.meaning;
  answer.reason = reason_of(by_status, answer, result);
  answer.detail.append("HTTP ").append(std::to_string(result.status));
  for (const std::string& part : {std::string(by_status.advice), readable(result.answer)}) {
    if (!part.empty()) {
      answer.detail.append(": ").append(part);
    }
  }
  return answer;
}

}  // namespace supercargo
