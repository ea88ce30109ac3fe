// What Loki's answer to a push request means for the lines in it.
//
// Pure, any thread.
#pragma once

#include "agent/pipeline/sender.h"
#include "exporters/transport/http_types.h"

namespace supercargo {

[[nodiscard]] Outcome loki_outcome(const HttpResult& result);

}  // namespace supercargo
