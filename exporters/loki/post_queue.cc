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
                                           std::vector<Lane>& held_lanes) {
  std::optional<SteadyTime> next;
  for (auto lane = waiting_.begin(); lane != waiting_.end() && sent_.size() < max_in_flight_;) {
    const TenantMemory& tenant = memory.tenants.at(lane->front().tenant);
    // Of several tenants none makes the others wait for long.
    const bool held =
        tenant.held(now) || (memory.tenants.size() > 1 && now + kMostPace < tenant.paced_until);
    if (!held && now < tenant.paced_until) {
      next = std::min(next.value_or(tenant.paced_until), tenant.paced_until);
      ++lane;
      continue;
    }
    if (held) {
      held_lanes.push_back(std::move(*lane));
    } else {
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
