#include "exporters/loki/loki_answer.h"

#include <algorithm>

#include "agent/base/text.h"
#include "agent/base/utf8.h"

namespace supercargo {
namespace {

using Kind = Outcome::Kind;

constexpr std::size_t kMaxDetailBytes = 400;

struct Meaning {
  Kind kind;
  std::string_view reason;  // empty: "http_" and the status
  std::string_view advice;  // empty where Loki's own words say it
};

Meaning meaning_of(int status) {
  switch (status) {
    case 260:  // Loki's answer for a tenant whose ingestion an administrator has blocked: not
               // stored
      return {Kind::kRetry, "ingestion_blocked", "ingestion of this tenant is blocked in Loki"};
    case 401:
      return {Kind::kRetry, "unauthorized", "check auth and tenant of this output"};
    case 403:
      return {Kind::kRetry, "forbidden", "check that auth of this output may write for its tenant"};
    case 404:
      return {Kind::kRetry, "not_found", "check url of this output: no Loki push endpoint there"};
    case 408:
    case 429:
      return {Kind::kRetry, {}, {}};
    case 413:
      return {Kind::kTooLarge, {}, {}};
    default:
      break;
  }
  if (status >= 200 && status < 300) {
    return {Kind::kDelivered, {}, {}};
  }
  if (status >= 300 && status < 400) {
    return {Kind::kRetry, "redirected", "check url of this output: redirects are not followed"};
  }
  return {status >= 400 && status < 500 ? Kind::kRefused : Kind::kRetry, {}, {}};
}

// One line of valid text for a log or a status page.
std::string readable(std::string_view text) {
  std::string out;
  append_valid_utf8(out, cut_utf8(trim(text), kMaxDetailBytes));
  std::replace_if(
      out.begin(), out.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return out;
}

}  // namespace

Outcome loki_outcome(const HttpResult& result) {
  Outcome outcome;
  outcome.request = result.id;
  outcome.retry_after = result.retry_after;
  if (result.failure != HttpResult::Failure::kNone) {
    outcome.kind = Kind::kRetry;
    outcome.reason = failure_name(result.failure);
    outcome.detail = readable(result.error);
    return outcome;
  }
  const Meaning meaning = meaning_of(result.status);
  outcome.kind = meaning.kind;
  if (meaning.kind == Kind::kDelivered) {
    return outcome;
  }
  outcome.reason = meaning.reason;
  if (meaning.reason.empty()) {
    outcome.reason.append("http_").append(std::to_string(result.status));
  }
  outcome.detail.append("HTTP ").append(std::to_string(result.status));
  for (const std::string& part : {std::string(meaning.advice), readable(result.answer)}) {
    if (!part.empty()) {
      outcome.detail.append(": ").append(part);
    }
  }
  return outcome;
}

}  // namespace supercargo
