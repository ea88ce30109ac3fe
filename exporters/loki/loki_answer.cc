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
    // Loki's own refusals; 415 is one of the encoding.
    case 400:
    case 415:
    case 422:
      return {Kind::kRefused, {}, {}};
    default:
      break;
  }
  if (status >= 200 && status < 300) {
    return {Kind::kDelivered, {}, {}};
  }
  if (status >= 300 && status < 400) {
    return {Kind::kRetry, "redirected", "check url of this output: redirects are not followed"};
  }
  if (status >= 400 && status < 500) {
    return {
        Kind::kRetry, {}, "not an answer of Loki's: check url of this output and what is between"};
  }
  return {Kind::kRetry, {}, {}};
}

// What servers that are not Loki say with status 400: a proxy's page, or a TLS port that was spoken
// to in clear. It is no word about the lines, so nothing may be dropped for it.
bool is_foreign_refusal(const HttpResult& result) {
  const std::string_view answer = trim(result.answer);
  return result.status == 400 &&
         (answer.starts_with('<') ||
          answer.find("HTTP request to an HTTPS") != std::string_view::npos);
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
  Meaning meaning = meaning_of(result.status);
  if (is_foreign_refusal(result)) {
    meaning = {Kind::kRetry,
               "not_loki",
               "not an answer of Loki's: check url of this output (http:// to an https port?)"};
  }
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
