// GELF over HTTP: one message a POST, since Graylog drops what follows the first object of a body
// unless its input was told to expect more (`bulk`: then a line each, up to max_body).
//
// agent/app makes one for an output; the output's thread calls it. Streams go side by side on up to
// `connections` connections that are kept; each goes on after the answer to what it sent before, so
// that its messages keep their order. Graylog answers 202 before it looks at the message:
// "delivered" means that it is in its hands. When a request fails, streams that are through are
// delivered, and what was taken of the others is remembered and left out when it comes again, so
// that a receiver that limits the rate gets every message once, and a request gets on however often
// it is cut short. A message that is too long for the receiver (413) is cut and sent again at once.
// One that is refused for good is counted alone; the next one goes on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "agent/config/agent_config.h"
#include "agent/pipeline/sender.h"
#include "exporters/gelf/accepted_messages.h"
#include "exporters/gelf/gelf_counters.h"
#include "exporters/gelf/gelf_encoder.h"
#include "exporters/gelf/gelf_endpoint.h"
#include "exporters/gelf/gelf_http_job.h"
#include "exporters/transport/http_client.h"

namespace supercargo {

class GelfHttpSender final : public Sender {
 public:
  GelfHttpSender(const GelfConfig& config,
                 const DeliveryConfig& delivery,
                 const GelfEndpoint& endpoint,
                 GelfEncoder::Options encoding,
                 const GelfCounters& counters,
                 std::unique_ptr<HttpClient> client);

  [[nodiscard]] bool ready() const override { return jobs_.size() < max_in_flight_; }

  [[nodiscard]] bool ordered() const override { return false; }

  void append(const Batch& batch) override {
    encoder_.append(batch, draft_.text());
    draft_.note(batch);
  }

  [[nodiscard]] std::size_t open_bytes() const override { return draft_.size(); }

  void send(RequestId id) override;
  void wait(int wake_fd, Milliseconds timeout, std::vector<Outcome>& outcomes) override;

  [[nodiscard]] std::size_t in_flight() const override { return jobs_.size(); }

 private:
  struct Part {
    GelfLane* lane;
    std::size_t end;  // of its messages
  };

  struct Post {
    std::vector<Part> parts;
    std::size_t messages = 0;
    bool cut = false;
  };

  void start_posts();
  [[nodiscard]] bool start_post();
  bool add_lane(Post& post, ByteBuffer& body);
  void launch(Post post, ByteBuffer body);
  void handle(HttpResult result);
  void settle(const Post& post);
  void refuse(const Post& post, const HttpResult& result);
  void send_again(const Post& post, bool alone);
  void fail(const Post& post, const HttpResult& result);
  [[nodiscard]] bool shorten(Post& post, ByteBuffer& body);
  void take_over(std::vector<Outcome>& outcomes);

  const std::size_t max_in_flight_;
  const std::size_t connections_;
  const std::string url_;
  std::vector<std::string> headers_;
  std::size_t max_body_;  // 0: a message a body
  GelfCounters counters_;
  GelfEncoder encoder_;
  std::unique_ptr<HttpClient> client_;
  GelfHttpDraft draft_;
  std::vector<std::unique_ptr<GelfHttpJob>> jobs_;
  std::deque<GelfLane*> waiting_;  // with something to send, and nothing on its way
  std::unordered_map<std::uint64_t, Post> posts_;
  std::uint64_t next_post_ = 1;
  std::uint64_t taken_ = 0;  // messages
  AcceptedMessages known_;
  std::vector<HttpResult> results_;
};

}  // namespace supercargo
