#include "exporters/gelf/gelf_http_sender.h"

#include <algorithm>
#include <utility>

#include "agent/base/log.h"
#include "exporters/gelf/gelf_cut.h"
#include "exporters/gelf/gelf_http_answer.h"

namespace supercargo {
namespace {

constexpr std::size_t kGraylogBodyBytes = 64 << 10;  // what its HTTP input takes unless told more
constexpr std::size_t kShortestCut = 2 << 10;        // below, the text cannot be the reason
// Where nothing is taken, so many refusals tell that it is not the messages.
constexpr std::size_t kMostUnproven = 16;

}  // namespace

GelfHttpSender::GelfHttpSender(const GelfConfig& config,
                               const DeliveryConfig& delivery,
                               const GelfEndpoint& endpoint,
                               GelfEncoder::Options encoding,
                               const GelfCounters& counters,
                               std::unique_ptr<HttpClient> client)
    : max_in_flight_(std::max<std::size_t>(delivery.max_in_flight, 1)),
      connections_(std::max<std::size_t>(config.connections, 1)),
      url_(endpoint.text()),
      headers_{"Content-Type: application/json"},
      max_body_(config.bulk ? config.max_body_bytes : 0),
      counters_(counters),
      encoder_(std::move(encoding), counters),
      client_(std::move(client)) {
  for (const auto& [name, value] : config.headers) {
    headers_.emplace_back(name).append(": ").append(value);
  }
}

void GelfHttpSender::send(RequestId id) {
  GelfHttpJob& job = *jobs_.emplace_back(draft_.seal(id));
  job.taken_before = taken_;
  for (const auto& lane : job.lanes) {
    waiting_.push_back(lane.get());
  }
  start_posts();
}

void GelfHttpSender::start_posts() {
  while (posts_.size() < connections_ && start_post()) {
  }
}

// False: nothing is left to be sent.
bool GelfHttpSender::start_post() {
  Post post;
  ByteBuffer body = client_->take_buffer();
  while (!waiting_.empty() && add_lane(post, body)) {
  }
  if (post.messages == 0) {
    client_->give_back(std::move(body));
    return false;
  }
  launch(std::move(post), std::move(body));
  return true;
}

// The next lane's next messages. False: the body is complete.
bool GelfHttpSender::add_lane(Post& post, ByteBuffer& body) {
  GelfLane* lane = waiting_.front();
  const bool alone = max_body_ == 0 || lane->alone > 0;
  if (alone && post.messages > 0) {
    return false;
  }
  // With bulk also one alone needs its line's end: Graylog would wait for it until the next body.
  const std::size_t room = max_body_ == 0 || !alone ? max_body_ : 1;
  const std::size_t count = fill_body(*lane, room, known_, body);
  if (count == 0 && lane->sent < lane->messages.size()) {
    return false;  // no room
  }
  waiting_.pop_front();
  if (count == 0) {
    lane->settled = lane->sent;
    --lane->job->unfinished;
    return true;
  }
  lane->alone -= std::min<std::size_t>(lane->alone, 1);
  post.parts.push_back({lane, lane->sent});
  post.messages += count;
  ++lane->job->under_way;
  return !alone;
}

void GelfHttpSender::launch(Post post, ByteBuffer body) {
  HttpPost request;
  request.id = next_post_++;
  request.url = url_;
  request.headers = headers_;
  request.body = std::move(body);
  posts_.emplace(request.id, std::move(post));
  client_->start(std::move(request));
}

void GelfHttpSender::wait(int wake_fd, Milliseconds timeout, std::vector<Outcome>& outcomes) {
  const std::size_t before = outcomes.size();
  SteadyTime now = steady_now();
  const SteadyTime end = now + timeout;
  take_over(outcomes);
  while (outcomes.size() == before) {
    results_.clear();
    client_->poll(wake_fd, std::chrono::ceil<Milliseconds>(end - now), results_);
    for (HttpResult& result : results_) {
      handle(std::move(result));
    }
    start_posts();
    take_over(outcomes);
    now = steady_now();
    const bool woken = results_.empty();
    if (woken || now >= end) {
      return;
    }
  }
}

void GelfHttpSender::handle(HttpResult result) {
  const auto known = posts_.find(result.id);
  if (known == posts_.end()) {
    return;
  }
  Post post = std::move(known->second);
  posts_.erase(known);
  switch (gelf_answer(result)) {
    case GelfAnswer::kTaken:
      taken_ += post.messages;
      settle(post);
      break;
    case GelfAnswer::kTooLong:
      if (post.messages > 1) {
        max_body_ = std::max(result.body.size() / 2, kShortestCut);
        send_again(post, /*alone=*/false);
      } else if (shorten(post, result.body)) {
        launch(std::move(post), std::move(result.body));
        return;
      } else {
        fail(post, result);  // too long however short: not this message is to blame
      }
      break;
    case GelfAnswer::kRefused:
      if (post.messages > 1) {
        send_again(post, /*alone=*/true);
      } else {
        refuse(post, result);
      }
      break;
    case GelfAnswer::kLater:
      fail(post, result);
  }
  client_->give_back(std::move(result.body));
}

void GelfHttpSender::settle(const Post& post) {
  for (const Part& part : post.parts) {
    GelfLane& lane = *part.lane;
    lane.settled = part.end;
    --lane.job->under_way;
    if (lane.finished()) {
      --lane.job->unfinished;
    } else if (!lane.job->failure) {
      waiting_.push_back(&lane);
    }
  }
}

void GelfHttpSender::refuse(const Post& post, const HttpResult& result) {
  GelfLane& lane = *post.parts.front().lane;
  if (++lane.job->refusals >= kMostUnproven && taken_ == lane.job->taken_before) {
    fail(post, result);
    return;
  }
  const Outcome failure = gelf_failure(lane.job->id, Outcome::Kind::kRefused, result);
  lane.refused.push_back(post.parts.front().end - 1);
  lane.refusal = failure.reason;
  lane.refusal_text = failure.detail;
  settle(post);
}

void GelfHttpSender::send_again(const Post& post, bool alone) {
  for (const Part& part : post.parts) {
    GelfLane& lane = *part.lane;
    lane.alone = alone ? part.end - lane.settled : 0;
    lane.sent = lane.settled;
    --lane.job->under_way;
    if (!lane.job->failure) {
      waiting_.push_back(&lane);
    }
  }
}

void GelfHttpSender::fail(const Post& post, const HttpResult& result) {
  for (const Part& part : post.parts) {
    GelfHttpJob& job = *part.lane->job;
    --job.under_way;
    if (!job.failure) {
      job.failure = gelf_failure(job.id, Outcome::Kind::kRetry, result);
      std::erase_if(waiting_, [&job](const GelfLane* lane) { return lane->job == &job; });
    }
  }
}

bool GelfHttpSender::shorten(Post& post, ByteBuffer& body) {
  const std::string_view line_end = max_body_ == 0 ? "" : "\n";
  const std::size_t size = body.size();
  const std::size_t target = size > kGraylogBodyBytes ? kGraylogBodyBytes : size / 2;
  std::string message(body.view());
  if (size <= kShortestCut || !cut_gelf_message(message, 0, target - line_end.size()) ||
      message.size() + line_end.size() >= size) {
    return false;
  }
  if (!std::exchange(post.cut, true)) {
    counters_.truncated.Increment();
  }
  body.clear();
  body.append(message);
  body.append(line_end);
  return true;
}

void GelfHttpSender::take_over(std::vector<Outcome>& outcomes) {
  std::erase_if(jobs_, [&](const auto& job) {
    if (job->over()) {
      outcomes.push_back(job->outcome(taken_ > job->taken_before, known_));
    }
    return job->over();
  });
}

}  // namespace supercargo
