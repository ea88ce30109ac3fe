// What the answer to a GELF message means, and what to tell people about it.
//
// Pure, any thread. Graylog itself answers 202, 401, 404, 405 and 413 without a word; all else
// comes from what stands before it.
#pragma once

#include "agent/pipeline/sender.h"
#include "exporters/transport/http_types.h"

namespace supercargo {

enum class GelfAnswer : std::uint8_t {
  kTaken,
  kTooLong,  // 413: of the body
  kRefused,  // of these very bytes: they will never be taken
  kLater,    // the receiver's or the configuration's trouble: the log waits until it is mended
};

[[nodiscard]] GelfAnswer gelf_answer(const HttpResult& result);

// Of a request that was not taken: its reason, the receiver's words, and what to do about it.
[[nodiscard]] Outcome gelf_failure(RequestId id, Outcome::Kind kind, const HttpResult& result);

}  // namespace supercargo
