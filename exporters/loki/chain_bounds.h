// How much of a chain may stand in one request, where a stream's burst was seen to be small: a push
// larger than the burst can never pass.
//
// Owned by a LokiSender, on its output's thread. Chains without a bound are not known here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "agent/base/clock.h"
#include "exporters/loki/post.h"

namespace supercargo {

class ChainBounds {
 public:
  static constexpr std::size_t kSmallest = std::size_t{4} << 10;
  static constexpr std::size_t kLargest = std::size_t{4} << 20;
  static constexpr std::size_t kMaxChains = 8192;

  // 0: none.
  [[nodiscard]] std::size_t of(std::uint64_t chain) const;

  // A post with so many raw bytes of it was refused although its stream had rested. Then: a half
  // of it, and at last single lines.
  void shrink(std::uint64_t chain, std::size_t bytes, SteadyTime now);

  // No more than so many raw bytes from now on.
  void limit(std::uint64_t chain, std::size_t bytes, SteadyTime now);

  // Likewise, of each chain in the post.
  void limit_all(const Post& post, std::size_t bytes, SteadyTime now);

  // A post that was a part of more waits, and the whole is to be sent again: from now on no more in
  // one request than this part, or those before it would be sent for nothing each time.
  void fit(const Post& post, SteadyTime now);

  // A post of it was taken: after a while without a refusal more is tried. True: of() has changed.
  bool taken(std::uint64_t chain, SteadyTime now);

 private:
  struct Bound {
    std::size_t bytes = 0;
    SteadyTime changed{};
  };

  void set(std::uint64_t chain, std::size_t bytes, SteadyTime now);

  std::unordered_map<std::uint64_t, Bound> bounds_;
};

}  // namespace supercargo
