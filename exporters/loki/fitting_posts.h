// A post that is cut in halves until each part fits what its tenant takes in one body.
//
// Pure but for the maker's buffers; called by LokiSender on its output's thread.
#pragma once

#include <cstdint>
#include <deque>

#include "exporters/loki/post.h"
#include "exporters/loki/post_maker.h"

namespace supercargo {

// In order; never empty. `most_bytes` of an uncompressed body, 0: any. A single entry stays whole
// however large it is. Of a scout the last part is one: when it is answered, all are.
[[nodiscard]] std::deque<Post> fitting_posts(PostMaker& maker, Post post, std::uint64_t most_bytes);

}  // namespace supercargo
