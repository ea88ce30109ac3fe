// What is to be done with the entries of a post that Loki has partly refused: counted, mended and
// sent again, or read again later.
//
// Owned by a LokiSender, on its output's thread.
#pragma once

#include <string_view>
#include <vector>

#include "exporters/loki/loki_answer.h"
#include "exporters/loki/loki_memory.h"
#include "exporters/loki/post_maker.h"
#include "exporters/loki/post_ruling.h"
#include "exporters/loki/refused_entries.h"
#include "exporters/loki/request_fate.h"
#include "exporters/loki/stream_waits.h"

namespace supercargo {

class EntryRulings {
 public:
  EntryRulings(LokiMemory& memory, PostMaker& maker)
      : memory_(memory), maker_(maker), waits_(memory) {}

  // Requires: the answer names refusals.
  PostRuling rule(const Post& post, const LokiAnswer& answer, RequestFate& fate, SteadyTime now);

 private:
  // From kAgain on: it is sent again at once. kRelabel: it is read again, for other labels.
  enum class Action : std::uint8_t {
    kSettle,
    kDrop,
    kWait,
    kRelabel,
    kAgain,
    kCut,
    kUnmark,
    kStrip
  };

  void learn(const Post& post, const LokiAnswer& answer, SteadyTime now);
  void choose_actions(const Post& post, const std::vector<EntryVerdict>& verdicts, SteadyTime now);
  Action action_for(const Post& post,
                    std::size_t stream,
                    const PushEntry& entry,
                    const EntryVerdict& verdict,
                    SteadyTime now);
  bool is_hopeless(const Post& post, SteadyTime now);
  void apply(const Post& post,
             const LokiAnswer& answer,
             const std::vector<EntryVerdict>& verdicts,
             RequestFate& fate,
             SteadyTime now);
  void note_stored(const Post& post, SteadyTime now);
  PostRuling send_again(const Post& post, SteadyTime now);

  LokiMemory& memory_;
  PostMaker& maker_;
  StreamWaits waits_;
  std::vector<Action> actions_;  // one an entry
  std::string_view body_;
};

}  // namespace supercargo
