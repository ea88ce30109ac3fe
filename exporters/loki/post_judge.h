// What is to be done after a post was answered, or was not: the one place where Loki's answers,
// what was learned of it and the fate of the loop's requests meet.
//
// Owned by a LokiSender, on its output's thread. Decides; sends nothing.
#pragma once

#include "exporters/loki/entry_rulings.h"
#include "exporters/loki/loki_answer.h"
#include "exporters/loki/loki_memory.h"
#include "exporters/loki/post_maker.h"
#include "exporters/loki/post_ruling.h"
#include "exporters/loki/request_fate.h"
#include "exporters/loki/suspects.h"

namespace supercargo {

class PostJudge {
 public:
  // Both must live as long as it.
  PostJudge(LokiMemory& memory, PostMaker& maker)
      : memory_(memory), maker_(maker), entries_(memory, maker), suspects_(memory, maker) {}

  // `post` as it was sent, with its body where it was not taken. Retries are told to the fate by
  // retry_all(), since posts that wait for this one share them.
  PostRuling rule(Post& post, const LokiAnswer& answer, RequestFate& fate, SteadyTime now);

  // Of a post that is not sent because its tenant is to be left alone, or takes other labels.
  [[nodiscard]] PostRetry refuse_held(const Post& post, RequestFate& fate, SteadyTime now);

  // Each chain in the post.
  void retry_all(const Post& post, const PostRetry& retry, RequestFate& fate);

 private:
  void take(const Post& post, RequestFate& fate, SteadyTime now);
  void take_stream(const Post& post, const PostStream& stream, SteadyTime now);
  void pace(const Post& post, RequestFate& fate, SteadyTime now);
  PostRuling wait_for_rate(const Post& post,
                           const LokiAnswer& answer,
                           RequestFate& fate,
                           SteadyTime now);
  PostRuling wait_for_people(const Post& post,
                             const LokiAnswer& answer,
                             RequestFate& fate,
                             SteadyTime now);
  PostRuling make_smaller(const Post& post,
                          const LokiAnswer& answer,
                          RequestFate& fate,
                          SteadyTime now);
  PostRuling wait_for_server(const Post& post,
                             const LokiAnswer& answer,
                             RequestFate& fate,
                             SteadyTime now);

  LokiMemory& memory_;
  PostMaker& maker_;
  EntryRulings entries_;
  Suspects suspects_;
};

}  // namespace supercargo
