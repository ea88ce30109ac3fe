// What is to be done after a post was answered, beside what its request's fate has been told.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "exporters/loki/post.h"

namespace supercargo {

// All chains of the post are to be read again.
struct PostRetry {
  std::string reason;
  std::string detail;
  Milliseconds hold{0};
};

struct PostRuling {
  std::optional<PostRetry> retry;
  std::vector<Post> again;    // in the post's place, in order
  bool side_by_side = false;  // `again` are of different streams: none waits for another
  bool later = false;         // the post itself, once more, behind those that wait for it
};

}  // namespace supercargo
