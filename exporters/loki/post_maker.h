// Makes posts: of pieces of a request that was just encoded, or of entries of a post that is to be
// sent again.
//
// Owned by a LokiSender, on its output's thread; keeps its buffers between posts.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporters/loki/loki_encoder.h"
#include "exporters/loki/post.h"
#include "exporters/loki/post_plan.h"
#include "exporters/loki/push_body.h"
#include "exporters/loki/push_rewrite.h"

namespace supercargo {

class PostMaker {
 public:
  // `body` is a cleared buffer to put the compressed body into.
  [[nodiscard]] Post make(const PlannedPost& plan, const LokiEncoder& encoder, ByteBuffer body);

  // The body of a post that came back, uncompressed, valid until the next call of any function;
  // empty when it is not to be read.
  [[nodiscard]] std::string_view open(const Post& post);

  // The entries of `post`, which open() has opened last, as `choose` wants them. Without any: none.
  [[nodiscard]] std::optional<Post> rewrite(const Post& post, const EntryChooser& choose);

  // Both halves of it, in order; none of a single entry.
  [[nodiscard]] std::optional<std::pair<Post, Post>> split(const Post& post);

  // A post for each of its streams.
  [[nodiscard]] std::vector<Post> split_streams(const Post& post);

 private:
  void gather(const PlannedStream& stream, const LokiEncoder& encoder, Post& post);
  void compress(std::span<const std::string_view> pieces, ByteBuffer& body);
  Post part_of(const Post& from, const std::vector<bool>& kept, const ByteBuffer& whole);

  std::vector<std::string_view> pieces_;
  std::string headers_;
  ByteBuffer open_;
  ByteBuffer made_;
  ByteBuffer second_;
  ByteBuffer compressed_;
};

}  // namespace supercargo
