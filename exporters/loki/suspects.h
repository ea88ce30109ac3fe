// Finds the lines for which Loki fails instead of refusing them: its 500 may be an outage, of all
// of it or of what keeps some of the streams, or say that something in the body can never be
// stored.
//
// Owned by a LokiSender, on its output's thread. A post that fails while others pass is halved,
// down to the single line, and that one is given up only after it has failed several times with
// others of its stream having passed each time; where there are no others, with minutes between.
// While nothing passes it is an outage: nothing is given up.
#pragma once

#include <chrono>
#include <cstdint>

#include "exporters/loki/loki_answer.h"
#include "exporters/loki/loki_memory.h"
#include "exporters/loki/post_maker.h"
#include "exporters/loki/post_ruling.h"
#include "exporters/loki/request_fate.h"

namespace supercargo {

class Suspects {
 public:
  static constexpr std::uint32_t kStrikes = 5;
  // Of a stream: lines of plain files get a new time stamp when they are read again, and are not
  // known by it.
  static constexpr std::uint32_t kStrikesOfStream = 20;
  // Between strikes of a line that is all that its stream has, while other streams pass.
  static constexpr std::chrono::minutes kLonely{2};
  // With nothing else to compare with, parts are tried after so many failures: so many of them, and
  // after some more failures again, since a receiver that is ill must not get each line alone.
  static constexpr std::uint32_t kPatience = 5;
  static constexpr std::uint32_t kProbes = 24;
  static constexpr std::uint32_t kProbesEvery = 32;

  Suspects(LokiMemory& memory, PostMaker& maker) : memory_(memory), maker_(maker) {}

  PostRuling rule(Post& post, const LokiAnswer& answer, RequestFate& fate, SteadyTime now);

 private:
  PostRuling take_apart(const Post& post);
  PostRuling strike(Post& post, const LokiAnswer& answer, RequestFate& fate, SteadyTime now);

  LokiMemory& memory_;
  PostMaker& maker_;
};

}  // namespace supercargo
