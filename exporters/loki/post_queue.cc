#include "exporters/loki/post_queue.h"

#include <algorithm>

namespace supercargo {
namespace {

constexpr Milliseconds kMostPace{250};

void count(const Post& post, LokiTally& tally) {
  if (post.again) {
    ++tally.posts_again;
  } else if (post.alone()) {
    ++tally.posts_alone;
  } else {
    ++tally.posts_grouped;
  }
}

}  // namespace

bool PostQueue::waits() const {
  return std::any_of(
      waiting_.begin(), waiting_.end(), [](const Lane& lane) { return !lane.front().begun; });
}

bool PostQueue::has_begun(std::uint32_t tenant) const {
  return std::any_of(waiting_.begin(), waiting_.end(), [tenant](const Lane& lane) {
    return lane.front().begun && lane.front().tenant == tenant;
  });
}

bool PostQueue::shares_stream(const Post& post) const {
  const auto is_sent = [this, &post](const PostStream& stream) {
    return std::any_of(sent_.begin(), sent_.end(), [&](const auto& sent) {
      const Post& other = sent.second.front();
      return other.tenant == post.tenant &&
             std::any_of(other.streams.begin(), other.streams.end(), [&](const PostStream& same) {
               return same.stream == stream.stream;
             });
    });
  };
  return std::any_of(post.streams.begin(), post.streams.end(), [&](const PostStream& stream) {
    return stream.labels.demoted && is_sent(stream);
  });
}

// What is on its way counts, too: of two posts that go at once a tenant at its limit takes one
// only.
void PostQueue::pace(const Post& post, TenantMemory& tenant, SteadyTime now, const Paced& paced) {
  if (const std::uint64_t rate = tenant.rate.at(now); rate > 0) {
    tenant.paced_until = std::max(tenant.paced_until, now) + time_for(post.loki_bytes(), rate);
    paced(post);
  }
}

void PostQueue::send(Lane lane, SteadyTime now, LokiMemory& memory) {
  Post& post = lane.front();
  count(post, memory.tally);
  post.started = now;
  HttpPost request;
  request.id = next_id_++;
  request.url = url_;
  request.headers = memory.tenants.at(post.tenant).headers;
  request.body = std::move(post.body);
  sent_.emplace(request.id, std::move(lane));
  client_->start(std::move(request));
}

std::optional<SteadyTime> PostQueue::start(SteadyTime now,
                                           LokiMemory& memory,
                                           const Paced& paced,
                                           std::vector<Lane>& held_lanes) {
  std::optional<SteadyTime> next;
  for (auto lane = waiting_.begin(); lane != waiting_.end() && sent_.size() < max_in_flight_;) {
    TenantMemory& tenant = memory.tenants.at(lane->front().tenant);
    // Of several tenants none makes the others wait for long.
    const bool others_wait = memory.tenants.size() > 1 && !lane->front().begun;
    const bool late = now + kMostPace < tenant.paced_until || has_begun(lane->front().tenant);
    const bool held = tenant.held(now) || (others_wait && late) ||
                      is_outdated(lane->front(), tenant.labels.at(now));
    if (!held && shares_stream(lane->front())) {
      ++lane;  // comes forward when that one is answered
      continue;
    }
    if (!held && now < tenant.paced_until) {
      next = std::min(next.value_or(tenant.paced_until), tenant.paced_until);
      ++lane;
      continue;
    }
    if (held) {
      held_lanes.push_back(std::move(*lane));
    } else {
      pace(lane->front(), tenant, now, paced);
      send(std::move(*lane), now, memory);
    }
    lane = waiting_.erase(lane);
  }
  return next;
}

void PostQueue::poll(int wake_fd, Milliseconds timeout, std::vector<Answered>& answered) {
  results_.clear();
  client_->poll(wake_fd, timeout, results_);
  for (HttpResult& result : results_) {
    auto sent = sent_.extract(result.id);
    if (sent.empty()) {
      continue;
    }
    Lane lane = std::move(sent.mapped());
    lane.front().body = std::move(result.body);
    answered.push_back({std::move(lane), std::move(result)});
  }
}

}  // namespace supercargo
