// The entries of a post one by one, without its body.
//
// Called by a LokiSender, on its output's thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "exporters/loki/post.h"
#include "exporters/loki/raw_sizes.h"

namespace supercargo {

// The post's entries in their order, with all that is to be known of each.
template <class Function>
void for_each_entry(const Post& post, const Function& function) {
  RawSizesReader sizes(post.sizes.view());
  std::size_t index = 0;
  std::size_t stream = 0;
  std::uint64_t left = post.streams.empty() ? 0 : post.streams[0].count;
  for (const PostRun& run : post.runs) {
    for (std::uint32_t i = 0; i < run.count && !sizes.done(); ++i, ++index, --left) {
      while (left == 0 && stream + 1 < post.streams.size()) {
        left = post.streams[++stream].count;
      }
      function(index, stream, run, sizes.next());
    }
  }
}

}  // namespace supercargo
