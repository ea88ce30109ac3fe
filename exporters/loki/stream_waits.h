// How long a stream is left alone that Loki refuses for now, and how much the next push of it
// holds.
//
// Owned by EntryRulings, on its output's thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "exporters/loki/loki_memory.h"
#include "exporters/loki/loki_refusal.h"
#include "exporters/loki/post.h"

namespace supercargo {

inline constexpr Milliseconds kLeastStreamWait{1'000};

class StreamWaits {
 public:
  explicit StreamWaits(LokiMemory& memory) : memory_(memory) {}

  // The first line of a stream that has to wait.
  struct Refusal {
    std::size_t stream;         // of the post
    RefusalCause cause;         // kStreamRate or kStreamLimit
    std::uint64_t taken_bytes;  // of the stream all the same, as Loki counts; 0: unknown
  };

  [[nodiscard]] Milliseconds refused(const Post& post, const Refusal& refusal, SteadyTime now);

 private:
  std::uint64_t bound_pushes(const Post& post, const Refusal& refusal, SteadyTime now);

  LokiMemory& memory_;
};

}  // namespace supercargo
