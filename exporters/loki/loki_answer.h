// What Loki's answer to a push means: for its lines, its streams, its tenant, or for nobody.
//
// Pure, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "exporters/loki/loki_refusal.h"
#include "exporters/transport/http_types.h"

namespace supercargo {

struct LokiAnswer {
  enum class Meaning : std::uint8_t {
    kTaken,
    kEntries,     // some entries, or streams, are refused for good; the others are stored
    kStream,      // a stream has to wait
    kTenantRate,  // the tenant has to send less; nothing is stored
    kTenant,      // somebody must set something right for the tenant; nothing is stored
    kTooLarge,    // the body; nothing is stored
    kContent,     // something in the body can never be stored
    kSuspicious,  // Loki fails, or refuses what it does not explain: the body may be why
    kNoIngester,  // where one of the streams belongs nobody answers; others may have been stored
    kDown,        // no word about the lines
  };
  Meaning meaning = Meaning::kTaken;
  std::string reason;  // a metric label; empty: taken
  std::string detail;  // for people, one line
  Milliseconds retry_after{0};
  std::vector<LokiRefusal> refusals;  // none without an answer
};

[[nodiscard]] LokiAnswer understand_answer(const HttpResult& result);

// Whether an ingester says so: its answer may hide what else was refused.
[[nodiscard]] bool is_of_ingester(RefusalCause cause);

}  // namespace supercargo
