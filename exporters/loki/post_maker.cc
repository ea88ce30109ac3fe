#include "exporters/loki/post_maker.h"

#include <algorithm>

#include "exporters/loki/snappy_pieces.h"
#include "exporters/loki/wire.h"

namespace supercargo {
namespace {

constexpr std::uint8_t kRequestStream = wire::bytes_tag(1);
constexpr std::size_t kMaxHeaderBytes = 1 + wire::kMaxVarintBytes;

// No post of ours is near it.
constexpr std::size_t kMaxBodyBytes = std::size_t{256} << 20;

void append_header(std::string& headers, std::size_t stream_bytes) {
  std::array<char, kMaxHeaderBytes> text{};
  char* end = wire::put_byte(text.data(), kRequestStream);
  end = wire::put_varint(end, stream_bytes);
  headers.append(text.data(), end);
}

PostStream measured(PushBody& body, const PostStream& from) {
  PostStream sums;
  sums.stream = from.stream;
  sums.labels = from.labels;
  PushEntry entry;
  while (body.next_entry(entry)) {
    ++sums.count;
    sums.loki_bytes += counted_bytes(entry);
    sums.times.add(entry.time_ns);
  }
  return sums;
}

// Which of a post's entries are in the one that is made of it.
using Kept = std::vector<bool>;

std::uint64_t kept_between(const Kept& kept, std::uint64_t begin, std::uint64_t count) {
  const auto first = kept.begin() + static_cast<std::ptrdiff_t>(begin);
  return static_cast<std::uint64_t>(
      std::count(first, first + static_cast<std::ptrdiff_t>(count), true));
}

void take_streams(const Post& from, const Kept& kept, std::string_view body, Post& post) {
  PushBody reader(body);
  std::uint64_t index = 0;
  for (const PostStream& stream : from.streams) {
    if (kept_between(kept, index, stream.count) > 0 && reader.next_stream()) {
      post.streams.push_back(measured(reader, stream));
    }
    index += stream.count;
  }
}

void take_runs(const Post& from, const Kept& kept, Post& post) {
  RawSizesReader sizes(from.sizes.view());
  std::size_t index = 0;
  for (const PostRun& run : from.runs) {
    PostRun part;
    part.chain = run.chain;
    for (std::uint32_t i = 0; i < run.count && !sizes.done(); ++i, ++index) {
      const Amount raw = sizes.next();
      if (kept[index]) {
        ++part.count;
        part.raw += raw;
        post.sizes.add(static_cast<std::uint32_t>(raw.bytes),
                       static_cast<std::uint32_t>(raw.lines));
      }
    }
    if (part.count > 0) {
      post.runs.push_back(part);
    }
  }
}

Post bare_part_of(const Post& from, const Kept& kept, const ByteBuffer& body) {
  Post post;
  post.request = from.request;
  post.tenant = from.tenant;
  post.cut_bytes = from.cut_bytes;
  post.halvings = from.halvings;
  post.again = true;
  post.body_bytes = body.size();
  take_streams(from, kept, body.view(), post);
  take_runs(from, kept, post);
  return post;
}

Kept some_of(const Post& post, std::uint64_t begin, std::uint64_t end) {
  Kept kept(post.count(), false);
  const auto first = kept.begin();
  std::fill(
      first + static_cast<std::ptrdiff_t>(begin), first + static_cast<std::ptrdiff_t>(end), true);
  return kept;
}

}  // namespace

void PostMaker::gather(const PlannedStream& stream, const LokiEncoder& encoder, Post& post) {
  const std::size_t header = headers_.size();
  append_header(headers_, stream.body_bytes);
  pieces_.push_back(std::string_view(headers_).substr(header));
  pieces_.push_back(stream.pieces.front()->labels.of(encoder.body()));
  for (const EncodedPiece* piece : stream.pieces) {
    pieces_.push_back(piece->entries.of(encoder.body()));
    post.runs.push_back({piece->chain, piece->count, piece->raw});
    post.sizes.add_packed(piece->sizes.of(encoder.sizes()));
  }
  post.streams.push_back(stream.sums);
}

Post PostMaker::make(const PlannedPost& plan, const LokiEncoder& encoder, ByteBuffer body) {
  Post post;
  post.tenant = plan.tenant;
  pieces_.clear();
  headers_.clear();
  headers_.reserve(plan.streams.size() * kMaxHeaderBytes);  // pieces_ point into it
  for (const PlannedStream& stream : plan.streams) {
    gather(stream, encoder, post);
  }
  for (const std::string_view piece : pieces_) {
    post.body_bytes += piece.size();
  }
  post.body = std::move(body);
  compress(pieces_, post.body);
  return post;
}

// A post that waits holds what it needs, not what it might have needed: five times as much.
void PostMaker::compress(std::span<const std::string_view> pieces, ByteBuffer& body) {
  compressed_.clear();
  compress_pieces(pieces, compressed_);
  body.append(compressed_.view());
}

std::string_view PostMaker::open(const Post& post) {
  if (!decompress(post.body.view(), kMaxBodyBytes, open_)) {
    open_.clear();
  }
  return open_.view();
}

Post PostMaker::part_of(const Post& from, const std::vector<bool>& kept, const ByteBuffer& whole) {
  Post post = bare_part_of(from, kept, whole);
  const std::string_view text = whole.view();
  compress({&text, 1}, post.body);
  return post;
}

std::optional<Post> PostMaker::rewrite(const Post& post, const EntryChooser& choose) {
  Kept kept(post.count(), false);
  const auto choose_and_note = [&](std::uint64_t index, const PushEntry& entry) {
    const EntryChange change = index < kept.size() ? choose(index, entry) : EntryChange{false};
    if (change.keep) {
      kept[index] = true;
    }
    return change;
  };
  if (rewrite_push(open_.view(), choose_and_note, made_) == 0) {
    return std::nullopt;
  }
  return part_of(post, kept, made_);
}

std::optional<std::pair<Post, Post>> PostMaker::split(const Post& post) {
  const std::uint64_t count = post.count();
  const std::uint64_t first = split_push(open(post), made_, second_);
  if (first == 0 || first >= count) {
    return std::nullopt;
  }
  std::pair<Post, Post> halves(part_of(post, some_of(post, 0, first), made_),
                               part_of(post, some_of(post, first, count), second_));
  ++halves.first.halvings;
  ++halves.second.halvings;
  return halves;
}

std::vector<Post> PostMaker::split_streams(const Post& post) {
  std::vector<Post> parts;
  if (open(post).empty()) {
    return parts;
  }
  std::uint64_t begin = 0;
  for (const PostStream& stream : post.streams) {
    const std::uint64_t end = begin + stream.count;
    std::optional<Post> part = rewrite(post, [&](std::uint64_t index, const PushEntry&) {
      return EntryChange{index >= begin && index < end};
    });
    if (part) {
      parts.push_back(std::move(*part));
    }
    begin = end;
  }
  return parts;
}

}  // namespace supercargo
