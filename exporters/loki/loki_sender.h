// The Loki output: push requests in protobuf, compressed with snappy, several in flight.
//
// One LokiSender an output, owned and called by that output's thread. One uncompressed buffer is
// open at a time; a request of the loop becomes one post or more, and has an outcome when all of
// them are answered. Nothing is kept of posts that Loki takes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/result.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/sender.h"
#include "agent/pipeline/sender_inputs.h"
#include "exporters/loki/loki_counters.h"
#include "exporters/loki/loki_encoder.h"
#include "exporters/loki/loki_memory.h"
#include "exporters/loki/post_judge.h"
#include "exporters/loki/post_maker.h"
#include "exporters/loki/post_plan.h"
#include "exporters/loki/post_queue.h"
#include "exporters/loki/request_fate.h"
#include "exporters/loki/tenant_table.h"
#include "exporters/transport/http_client.h"

namespace supercargo {

class LokiSender : public Sender {
 public:
  using Clock = std::function<SteadyTime()>;

  // kConfig: labels, headers or a tenant that Loki or HTTP cannot carry.
  [[nodiscard]] static Result<std::unique_ptr<Sender>> create(
      const LokiConfig& config,
      const DeliveryConfig& delivery,
      Clock clock = steady_now,
      std::optional<LokiCounters> counters = {},
      SenderInputs inputs = {});

  [[nodiscard]] bool ready() const override {
    return in_flight() < max_in_flight_ && !queue_.waits();
  }

  [[nodiscard]] bool ordered() const override { return false; }

  void append(const Batch& batch) override;

  [[nodiscard]] std::size_t open_bytes() const override { return encoder_.body().size(); }

  void send(RequestId id) override;
  void wait(int wake_fd, Milliseconds timeout, std::vector<Outcome>& outcomes) override;

  [[nodiscard]] std::size_t in_flight() const override { return fates_.size() + done_.size(); }

 private:
  LokiSender(LokiEncoder encoder,
             std::unique_ptr<HttpClient> client,
             std::string url,
             TenantTable tenants,
             std::uint32_t max_in_flight,
             Clock clock,
             std::optional<LokiCounters> counters);

  void send_post(const PlannedPost& planned, RequestFate& fate, SteadyTime now);
  Lane small_enough(Post post, SteadyTime now);
  void settle(PostQueue::Answered answered, SteadyTime now);
  void note_scout(RequestFate& fate, const std::optional<PostRetry>& retry, SteadyTime now);
  void add_alone(std::vector<Post> posts, RequestFate& fate, SteadyTime now);
  void go_on(Lane lane, PostRuling ruling, SteadyTime now);
  void give_up(Lane lane, const PostRetry& retry, SteadyTime now);
  void start_posts(SteadyTime now);
  bool wait_for_pace(Lane& lane, const RequestFate& fate, SteadyTime now);
  void end_lane(RequestFate& fate);

  void tell() {
    if (counters_) {
      counters_->tell(memory_.tally);
    }
  }

  LokiEncoder encoder_;
  TenantTable tenants_;
  LokiMemory memory_;
  PostPlan plan_;
  PostMaker maker_;
  PostJudge judge_{memory_, maker_};
  PostQueue queue_;
  const std::uint32_t max_in_flight_;
  const Clock clock_;
  std::optional<LokiCounters> counters_;
  std::map<RequestId, RequestFate> fates_;
  std::vector<Outcome> done_;  // of requests that have ended
  std::optional<SteadyTime> start_at_;
  std::vector<PostQueue::Answered> answered_;
  std::vector<Lane> held_;
};

}  // namespace supercargo
