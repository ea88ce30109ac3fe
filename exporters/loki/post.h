// One HTTP post to Loki: its body, and all that must be known to make sense of its answer.
//
// Values; owned by LokiSender on its output's thread. A post stands for itself: the request of the
// delivery loop that it is a part of may have ended up in many.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "agent/base/clock.h"
#include "agent/pipeline/sender.h"
#include "exporters/loki/entry_times.h"
#include "exporters/loki/label_bounds.h"
#include "exporters/loki/raw_sizes.h"
#include "exporters/transport/byte_buffer.h"

namespace supercargo {

// One of Loki's streams in a post.
struct PostStream {
  std::uint64_t stream = 0;  // EncodedPiece::stream
  std::uint32_t count = 0;   // of entries
  std::uint64_t loki_bytes = 0;
  EntryTimes times{};
  LabelShape labels{};
};

// Entries side by side that come from one chain.
struct PostRun {
  std::uint64_t chain = 0;
  std::uint32_t count = 0;
  Amount raw{};
};

struct Post {
  RequestId request = 0;
  std::uint32_t tenant = 0;
  std::vector<PostStream> streams;  // in the body's order
  std::vector<PostRun> runs;        // in the body's order; none belongs to two streams
  RawSizes sizes;                   // of all entries
  std::size_t body_bytes = 0;       // before compression
  ByteBuffer body{};                // compressed
  SteadyTime started{};
  std::size_t cut_bytes = 0;   // lines were cut to it after a refusal; 0: they were not
  std::uint32_t halvings = 0;  // of the post that it is a part of
  bool again = false;          // made of entries of a post that was refused
  bool scout = false;          // others wait to see whether it is taken
  bool put_behind = false;     // those behind it were sent first, to see whether they pass
  bool begun = false;          // others of its chain and request were sent: it waits its turn

  // An answer to a push of one stream is certain. Of several, an ingester's refusal of one may be
  // hidden by its acceptance of the next (instance.Push of grafana/loki keeps the last result).
  [[nodiscard]] bool alone() const { return streams.size() == 1; }

  [[nodiscard]] std::uint64_t count() const {
    std::uint64_t sum = 0;
    for (const PostStream& stream : streams) {
      sum += stream.count;
    }
    return sum;
  }

  [[nodiscard]] std::uint64_t loki_bytes() const {
    std::uint64_t sum = 0;
    for (const PostStream& stream : streams) {
      sum += stream.loki_bytes;
    }
    return sum;
  }
};

// Whether Loki is known to refuse its labels: with those that it takes it is another post.
[[nodiscard]] inline bool is_outdated(const Post& post, const LabelBounds& bounds) {
  return bounds.any() &&
         std::any_of(post.streams.begin(), post.streams.end(), [&](const PostStream& stream) {
           return stream.labels.outdated(bounds);
         });
}

}  // namespace supercargo
