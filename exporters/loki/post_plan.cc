#include "exporters/loki/post_plan.h"

#include <algorithm>
#include <tuple>

namespace supercargo {
namespace {

bool same_stream(const EncodedPiece& a, const EncodedPiece& b) {
  return a.tenant == b.tenant && a.stream == b.stream;
}

bool stands_before(const EncodedPiece* a, const EncodedPiece* b) {
  // Of one stream the order of the body is the order of reading.
  return std::tie(a->tenant, a->stream, a->entries.begin) <
         std::tie(b->tenant, b->stream, b->entries.begin);
}

// Of two that come to the same, one that is a scout already.
bool shows_more(const PlannedStream& a, const PlannedStream& b, std::size_t span) {
  return a.rate.at(span) > b.rate.at(span) ||
         (a.rate.at(span) == b.rate.at(span) && a.sharing == Sharing::kScout);
}

}  // namespace

void PostPlan::add_stream(std::size_t begin, std::size_t end) {
  const EncodedPiece& first = *order_[begin];
  PlannedStream& stream = streams_.emplace_back();
  stream.tenant = first.tenant;
  stream.pieces = std::span(order_).subspan(begin, end - begin);
  stream.body_bytes = first.labels.size();
  PostStream& sums = stream.sums;
  sums.stream = first.stream;
  sums.labels = first.shape;
  for (const EncodedPiece* piece : stream.pieces) {
    sums.count += piece->count;
    sums.loki_bytes += piece->loki_bytes;
    sums.times.append(piece->times);
    stream.body_bytes += piece->entries.size();
  }
}

void PostPlan::gather(std::span<const EncodedPiece> pieces) {
  order_.clear();
  streams_.clear();
  for (const EncodedPiece& piece : pieces) {
    order_.push_back(&piece);
  }
  std::sort(order_.begin(), order_.end(), stands_before);
  for (std::size_t begin = 0; begin < order_.size();) {
    std::size_t end = begin + 1;
    while (end < order_.size() && same_stream(*order_[begin], *order_[end])) {
      ++end;
    }
    add_stream(begin, end);
    begin = end;
  }
}

// In each span of time the stream of each tenant that comes to most.
void PostPlan::choose_scouts() {
  for (std::size_t span = 0; span < kSpanSeconds.size(); ++span) {
    PlannedStream* most = nullptr;
    for (PlannedStream& stream : streams_) {  // tenants stay side by side
      if (most != nullptr && most->tenant != stream.tenant) {
        most->sharing = Sharing::kScout;
        most = nullptr;
      }
      const bool waits =
          stream.sharing == Sharing::kBehindScout || stream.sharing == Sharing::kScout;
      if (waits && (most == nullptr || shows_more(stream, *most, span))) {
        most = &stream;
      }
    }
    if (most != nullptr) {
      most->sharing = Sharing::kScout;
    }
  }
}

// An ingester answers for the last stream of a push: that one tells whether its limits still are
// what they were.
void PostPlan::put_least_proven_last(std::size_t begin, std::size_t end) {
  const std::span<PlannedStream> group = std::span(streams_).subspan(begin, end - begin);
  const auto least =
      std::max_element(group.rbegin(), group.rend(), [](const auto& a, const auto& b) {
        return a.unproven_bytes < b.unproven_bytes;
      });
  std::swap(*least, group.back());
}

void PostPlan::add_posts(const MaxBytes& max_bytes) {
  posts_.clear();
  const std::span<const PlannedStream> all(streams_);
  for (std::size_t begin = 0; begin < all.size();) {
    const PlannedStream& first = all[begin];
    const bool alone = first.sharing == Sharing::kAlone || first.sharing == Sharing::kScout;
    const std::size_t most = max_bytes(first.tenant);
    std::size_t bytes = first.body_bytes;
    std::size_t end = begin + 1;
    while (!alone && end < all.size() && all[end].tenant == first.tenant &&
           all[end].sharing == first.sharing && bytes + all[end].body_bytes <= most) {
      bytes += all[end].body_bytes;
      ++end;
    }
    put_least_proven_last(begin, end);
    posts_.push_back({all[begin].tenant, all[begin].sharing, all.subspan(begin, end - begin)});
    begin = end;
  }
}

std::span<const PlannedPost> PostPlan::plan(std::span<const EncodedPiece> pieces,
                                            const Classify& classify,
                                            const MaxBytes& max_bytes) {
  gather(pieces);
  for (PlannedStream& stream : streams_) {
    classify(stream);
  }
  choose_scouts();
  // Tenants stay side by side.
  std::stable_sort(streams_.begin(), streams_.end(), [](const auto& a, const auto& b) {
    return a.sharing < b.sharing;
  });
  add_posts(max_bytes);
  return posts_;
}

}  // namespace supercargo
