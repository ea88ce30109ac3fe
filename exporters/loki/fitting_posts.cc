#include "exporters/loki/fitting_posts.h"

#include <optional>
#include <utility>

namespace supercargo {

std::deque<Post> fitting_posts(PostMaker& maker, Post post, std::uint64_t most_bytes) {
  const bool scout = post.scout;
  std::deque<Post> done;
  std::deque<Post> rest;
  rest.push_back(std::move(post));
  while (!rest.empty()) {
    Post first = std::move(rest.front());
    rest.pop_front();
    std::optional<std::pair<Post, Post>> halves;
    if (most_bytes > 0 && first.body_bytes > most_bytes) {
      halves = maker.split(first);
    }
    if (halves) {
      rest.push_front(std::move(halves->second));
      rest.push_front(std::move(halves->first));
    } else {
      done.push_back(std::move(first));
    }
  }
  done.back().scout = scout;
  return done;
}

}  // namespace supercargo
