// Whether one of Loki's streams may share a post with others: whether it is certain that no
// ingester refuses anything of it. Only the answer to a push of one stream is certain.
//
// Called by a LokiSender, on its output's thread.
#pragma once

#include "agent/base/clock.h"
#include "exporters/loki/loki_memory.h"
#include "exporters/loki/post.h"
#include "exporters/loki/post_plan.h"

namespace supercargo {

// Sets `sharing` and `unproven_bytes`, and `rate` where that counts. A stream may share when it is
// there, when its lines are not too far behind, and when such a rate was seen to be taken.
void classify(LokiMemory& memory, PlannedStream& stream, SteadyTime now);

// Whether such rates were seen meanwhile for all of the post's streams.
[[nodiscard]] bool is_covered(LokiMemory& memory, const Post& post, SteadyTime now);

}  // namespace supercargo
