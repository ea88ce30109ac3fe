// Posts for tests, made as a LokiSender makes them.
#pragma once

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "exporters/loki/loki_encoder.h"
#include "exporters/loki/post_maker.h"
#include "exporters/loki/post_plan.h"

namespace supercargo::test {

struct PostedLine {
  std::uint64_t chain = 0;
  std::string container;
  std::int64_t time_ns = 0;
  std::string text;
};

inline LokiEncoder encoder_for_tests() {
  Result<LokiLabels> labels = LokiLabels::create({});
  EXPECT_TRUE(labels);
  return LokiEncoder(std::move(*labels));
}

inline void append_to(LokiEncoder& encoder, const PostedLine& line) {
  ContainerInfo info;
  info.container = line.container;
  Record record;
  record.text = line.text;
  record.time_ns = line.time_ns;
  record.raw_bytes = static_cast<std::uint32_t>(line.text.size() + 1);
  record.raw_lines = 1;
  encoder.append(Batch{info,
                       std::hash<std::string>{}(line.container),
                       Stream::kStdout,
                       "id",
                       {&record, 1},
                       line.chain});
}

// All of them in one post.
inline Post post_of(PostMaker& maker, const std::vector<PostedLine>& lines) {
  LokiEncoder encoder = encoder_for_tests();
  for (const PostedLine& line : lines) {
    append_to(encoder, line);
  }
  PostPlan plan;
  const auto posts = plan.plan(
      encoder.pieces(),
      [](PlannedStream& stream) { stream.sharing = Sharing::kShared; },
      [](std::uint32_t) { return std::size_t{1} << 30U; });
  EXPECT_EQ(posts.size(), 1U);
  return maker.make(posts[0], encoder, {});
}

// Its lines, each with its stream's labels before it.
inline std::vector<std::string> lines_of(PostMaker& maker, const Post& post) {
  std::vector<std::string> lines;
  PushBody body(maker.open(post));
  PushEntry entry;
  while (body.next_stream()) {
    while (body.next_entry(entry)) {
      lines.push_back(std::string(body.labels()) + " " + std::string(entry.line));
    }
  }
  EXPECT_FALSE(body.damaged());
  EXPECT_EQ(lines.size(), post.count());
  return lines;
}

}  // namespace supercargo::test
