#include "exporters/loki/loki_sender.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <limits>

#include "exporters/loki/fitting_posts.h"
#include "exporters/loki/loki_answer.h"
#include "exporters/loki/loki_settings.h"
#include "exporters/loki/stream_sharing.h"

namespace supercargo {
LokiSender::LokiSender(LokiEncoder encoder,
                       std::unique_ptr<HttpClient> client,
                       std::string url,
                       TenantTable tenants,
                       std::uint32_t max_in_flight,
                       Clock clock,
                       std::optional<LokiCounters> counters)
    : encoder_(std::move(encoder)),
      tenants_(std::move(tenants)),
      queue_(std::move(client), std::move(url), max_in_flight),
      max_in_flight_(max_in_flight),
      clock_(std::move(clock)),
      counters_(std::move(counters)) {
  tenants_.extend(memory_.tenants);
}

Result<std::unique_ptr<Sender>> LokiSender::create(const LokiConfig& config,
                                                   const DeliveryConfig& delivery,
                                                   Clock clock,
                                                   std::optional<LokiCounters> counters,
                                                   SenderInputs inputs) {
  Result<LokiLabels> labels = LokiLabels::create(config, inputs.place);
  Result<TenantTable> tenants = TenantTable::create(config, std::move(inputs.annotations));
  if (!labels || !tenants) {
    return Error(labels ? tenants.error() : labels.error());
  }
  const HttpClientOptions options = loki_client_options(config, delivery);
  auto client = HttpClient::create(options);
  if (!client) {
    return std::move(client).error();
  }
  FieldMetadata fields(inputs.parse, *labels);
  const auto keep = labels->want_facts() ? FactMemory::Keep::kAll : FactMemory::Keep::kFacts;
  FactMemory facts(std::move(inputs.facts), std::move(inputs.facts_file), keep);
  LokiEncoder encoder(std::move(*labels), std::move(facts), std::move(fields));
  encoder.reserve(delivery.batch_bytes + kRoomForLastBatch);
  return std::unique_ptr<Sender>(new LokiSender(std::move(encoder),
                                                std::move(*client),
                                                loki_push_url(config.url),
                                                std::move(*tenants),
                                                options.max_connections,
                                                std::move(clock),
                                                std::move(counters)));
}

void LokiSender::append(const Batch& batch) {
  EncodeRules rules;
  rules.tenant = tenants_.of(batch);
  tenants_.extend(memory_.tenants);
  const TenantMemory& tenant = memory_.tenants.at(rules.tenant);
  const SteadyTime now = clock_();
  rules.with_metadata = tenant.no_metadata.at(now) == 0;
  rules.mark_cut = tenant.no_mark.at(now) == 0;
  rules.max_line_bytes = tenant.line_bytes.at(now);
  rules.labels = tenant.labels.at(now);
  encoder_.append(batch, rules);
}

Lane LokiSender::small_enough(Post post, SteadyTime now) {
  const std::uint64_t most = memory_.tenants.at(post.tenant).body_bytes.at(now);
  return fitting_posts(maker_, std::move(post), most);
}

void LokiSender::send_post(const PlannedPost& planned, RequestFate& fate, SteadyTime now) {
  Post post = maker_.make(planned, encoder_, queue_.take_buffer());
  post.request = fate.request();
  post.scout = planned.sharing == Sharing::kScout;
  ++fate.open_lanes;
  fate.open_scouts += post.scout ? 1 : 0;
  if (planned.sharing == Sharing::kBehindScout) {
    fate.behind_scouts.push_back(std::move(post));
  } else {
    queue_.add(small_enough(std::move(post), now));
  }
}

void LokiSender::send(RequestId id) {
  encoder_.save_facts();
  const SteadyTime now = clock_();
  RequestFate& fate = fates_.try_emplace(id, id, memory_.passes()).first->second;
  const auto posts = plan_.plan(
      encoder_.pieces(),
      [&](PlannedStream& stream) { classify(memory_, stream, now); },
      [&](std::uint32_t tenant) {
        const std::uint64_t most = memory_.tenants.at(tenant).body_bytes.at(now);
        return most > 0 ? most : std::numeric_limits<std::size_t>::max();
      });
  for (const PlannedPost& planned : posts) {
    send_post(planned, fate, now);
  }
  memory_.tally.cut_lines += encoder_.cut_lines();
  memory_.tally.unparsed_lines = encoder_.unparsed_lines();
  memory_.tally.unlabelled_containers = encoder_.unlabelled_containers();
  memory_.tally.stripped_lines += encoder_.stripped_lines();
  memory_.tally.demoted_lines += encoder_.demoted_lines();
  encoder_.clear();
  start_posts(now);
  tell();
}

// What waited for scouts goes as they did: together when they were taken, not at all when nobody
// works, else each alone.
void LokiSender::note_scout(RequestFate& fate,
                            const std::optional<PostRetry>& retry,
                            SteadyTime now) {
  if (--fate.open_scouts > 0) {
    return;
  }
  for (Post& post : std::exchange(fate.behind_scouts, {})) {
    if (retry) {
      judge_.retry_all(post, *retry, fate);
      --fate.open_lanes;
    } else if (is_covered(memory_, post, now)) {
      queue_.add(small_enough(std::move(post), now));
    } else {
      add_alone(maker_.split_streams(post), fate, now);
    }
  }
}

// In place of one lane.
void LokiSender::add_alone(std::vector<Post> posts, RequestFate& fate, SteadyTime now) {
  fate.open_lanes += posts.size() - 1;
  for (Post& post : posts) {
    queue_.add(small_enough(std::move(post), now));
  }
}

void LokiSender::end_lane(RequestFate& fate) {
  if (--fate.open_lanes > 0) {
    return;
  }
  const RequestId request = fate.request();
  const bool works = memory_.passes() > fate.passes_before;
  Outcome outcome = std::move(fate).outcome(works);
  for (Outcome::Part& part : outcome.parts) {
    part.max_bytes = memory_.bounds.of(part.chain);
  }
  done_.push_back(std::move(outcome));
  fates_.erase(request);
}

void LokiSender::give_up(Lane lane, const PostRetry& retry, SteadyTime now) {
  RequestFate& fate = fates_.at(lane.front().request);
  if (lane.front().halvings > 0) {
    memory_.bounds.fit(lane.front(), now);
  }
  for (const Post& post : lane) {
    judge_.retry_all(post, retry, fate);
    if (post.scout) {
      note_scout(fate, retry, now);
    }
  }
  end_lane(fate);
}

// Held for its rate alone, behind others of its chain: it waits here. Next time that gets less.
bool LokiSender::wait_for_pace(Lane& lane, const RequestFate& fate, SteadyTime now) {
  Post& post = lane.front();
  const TenantMemory& tenant = memory_.tenants.at(post.tenant);
  const bool may_wait = !tenant.held(now) && !is_outdated(post, tenant.labels.at(now));
  if (post.begun = may_wait && post.halvings == 0 && fate.has_begun(post); !post.begun) {
    return false;
  }
  memory_.bounds.limit_all(post, tenant.rate.at(now) / 4, now);
  start_at_ = std::min(start_at_.value_or(tenant.paced_until), tenant.paced_until);
  queue_.add(std::move(lane));
  return true;
}

void LokiSender::start_posts(SteadyTime now) {
  held_.clear();
  const auto begun = [this](const Post& post) { fates_.at(post.request).note_begun(post); };
  start_at_ = queue_.start(now, memory_, begun, held_);
  for (Lane& lane : held_) {
    RequestFate& fate = fates_.at(lane.front().request);
    if (!wait_for_pace(lane, fate, now)) {
      const PostRetry retry = judge_.refuse_held(lane.front(), fate, now);
      give_up(std::move(lane), retry, now);
    }
  }
}

void LokiSender::go_on(Lane lane, PostRuling ruling, SteadyTime now) {
  RequestFate& fate = fates_.at(lane.front().request);
  lane.pop_front();
  if (ruling.side_by_side && lane.empty() && !ruling.again.empty()) {
    add_alone(std::move(ruling.again), fate, now);
    return;
  }
  lane.insert(lane.begin(),
              std::make_move_iterator(ruling.again.begin()),
              std::make_move_iterator(ruling.again.end()));
  if (lane.empty()) {
    end_lane(fate);
  } else {
    queue_.add_first(std::move(lane));
  }
}

void LokiSender::settle(PostQueue::Answered answered, SteadyTime now) {
  Lane& lane = answered.lane;
  Post& post = lane.front();
  RequestFate& fate = fates_.at(post.request);
  PostRuling ruling = judge_.rule(post, understand_answer(answered.result), fate, now);
  if (std::exchange(post.scout, false)) {
    note_scout(fate, ruling.retry, now);
  }
  if (ruling.later && lane.size() > 1) {
    lane.push_back(std::move(post));
    lane.pop_front();
    queue_.add_first(std::move(lane));
  } else if (ruling.retry) {
    give_up(std::move(lane), *ruling.retry, now);
  } else {
    go_on(std::move(lane), std::move(ruling), now);
  }
}

void LokiSender::wait(int wake_fd, Milliseconds timeout, std::vector<Outcome>& outcomes) {
  if (start_at_) {
    const auto left = std::chrono::ceil<Milliseconds>(*start_at_ - clock_());
    timeout = std::clamp(left, Milliseconds(0), timeout);
  }
  answered_.clear();
  queue_.poll(wake_fd, done_.empty() ? timeout : Milliseconds(0), answered_);
  const SteadyTime now = clock_();
  for (PostQueue::Answered& answered : answered_) {
    settle(std::move(answered), now);
  }
  start_posts(now);
  tell();
  std::move(done_.begin(), done_.end(), std::back_inserter(outcomes));
  done_.clear();
}

}  // namespace supercargo
