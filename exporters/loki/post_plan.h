// How the entries of one request of the delivery loop are put into posts: which of Loki's streams
// go alone, which together.
//
// Owned by a LokiSender, on its output's thread; keeps its memory between requests. Why a stream
// has to go alone its caller tells.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "exporters/loki/accepted_envelope.h"
#include "exporters/loki/loki_encoder.h"
#include "exporters/loki/post.h"

namespace supercargo {

enum class Sharing : std::uint8_t {
  kAlone,       // its answer must be its own
  kScout,       // alone, to see whether so much is taken
  kShared,      // nothing of it can be refused unseen
  kBehindScout  // as kShared, once the scouts of its tenant were taken
};

// All pieces of one of Loki's streams, in the order in which they were read.
struct PlannedStream {
  std::uint32_t tenant = 0;
  PostStream sums{};
  std::size_t body_bytes = 0;
  std::span<const EncodedPiece* const> pieces{};
  Sharing sharing = Sharing::kAlone;
  SpanBytes rate{};                  // of kBehindScout: what it comes to with this request
  std::uint64_t unproven_bytes = 0;  // with this request, since an answer spoke of it
};

struct PlannedPost {
  std::uint32_t tenant = 0;
  Sharing sharing = Sharing::kAlone;
  std::span<const PlannedStream> streams{};
};

class PostPlan {
 public:
  // Sets `sharing` to anything but kScout, `rate` and `unproven_bytes`.
  using Classify = std::function<void(PlannedStream& stream)>;
  // How large a post of that tenant may be; one that holds a single stream may be larger.
  using MaxBytes = std::function<std::size_t(std::uint32_t tenant)>;

  // Of the streams that would have to wait for a scout the fewest become scouts that show all the
  // others to be harmless. Valid until the next call, and as long as `pieces` is.
  [[nodiscard]] std::span<const PlannedPost> plan(std::span<const EncodedPiece> pieces,
                                                  const Classify& classify,
                                                  const MaxBytes& max_bytes);

 private:
  void gather(std::span<const EncodedPiece> pieces);
  void add_stream(std::size_t begin, std::size_t end);
  void choose_scouts();
  void add_posts(const MaxBytes& max_bytes);
  void put_least_proven_last(std::size_t begin, std::size_t end);

  std::vector<const EncodedPiece*> order_;
  std::vector<PlannedStream> streams_;
  std::vector<PlannedPost> posts_;
};

}  // namespace supercargo
