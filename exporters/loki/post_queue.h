// Posts on their way: those that are sent, and those that wait for their turn.
//
// Owned by a LokiSender, on its output's thread. A post waits here and not within libcurl, so that
// its time to be answered begins when it is sent.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "exporters/loki/loki_memory.h"
#include "exporters/loki/post.h"
#include "exporters/transport/http_client.h"

namespace supercargo {

// Posts that must be sent one after the other, each when the one before is answered: what has
// become of one post, in order.
using Lane = std::deque<Post>;

class PostQueue {
 public:
  PostQueue(std::unique_ptr<HttpClient> client, std::string url, std::size_t max_in_flight)
      : client_(std::move(client)), url_(std::move(url)), max_in_flight_(max_in_flight) {}

  struct Answered {
    Lane lane;  // the first post is the one that is answered; its body is back unless it was taken
    HttpResult result;
  };

  [[nodiscard]] ByteBuffer take_buffer() { return client_->take_buffer(); }

  // Behind those that wait. Requires: !lane.empty().
  void add(Lane lane) { waiting_.push_back(std::move(lane)); }

  // Before those that wait.
  void add_first(Lane lane) { waiting_.push_front(std::move(lane)); }

  // Whether more had to wait. Those that wait for their tenant's rate alone do not count: others
  // need not wait for them.
  [[nodiscard]] bool waits() const;

  using Paced = std::function<void(const Post& post)>;

  // Sends what may be sent: at most `max_in_flight` posts are on their way at once, and a tenant
  // keeps to its pace, of which `paced` hears. Gives back the lanes whose tenant is to be left
  // alone, and those whose labels it does not take. Lines of several containers whose labels are
  // left out may share a stream: of such a one no two posts are on their way at once. Returns when
  // to call again although nothing was answered; none: then is early enough.
  std::optional<SteadyTime> start(SteadyTime now,
                                  LokiMemory& memory,
                                  const Paced& paced,
                                  std::vector<Lane>& held_lanes);

  // Moves them on until one is answered, `wake_fd` is readable or the time is over.
  void poll(int wake_fd, Milliseconds timeout, std::vector<Answered>& answered);

 private:
  // Of a tenant one chain at a time waits here, so that it keeps one request from being answered.
  [[nodiscard]] bool has_begun(std::uint32_t tenant) const;
  [[nodiscard]] bool shares_stream(const Post& post) const;
  static void pace(const Post& post, TenantMemory& tenant, SteadyTime now, const Paced& paced);
  void send(Lane lane, SteadyTime now, LokiMemory& memory);

  std::unique_ptr<HttpClient> client_;
  const std::string url_;
  const std::size_t max_in_flight_;
  std::deque<Lane> waiting_;
  std::map<std::uint64_t, Lane> sent_;
  std::uint64_t next_id_ = 1;
  std::vector<HttpResult> results_;
};

}  // namespace supercargo
