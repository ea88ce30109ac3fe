// What became of one request of the delivery loop, put together from what became of its posts.
//
// Owned by a LokiSender, on its output's thread. A request without trouble costs no allocation.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/clock.h"
#include "agent/pipeline/sender.h"
#include "exporters/loki/post.h"

namespace supercargo {

class RequestFate {
 public:
  // `passes`: of all posts so far.
  RequestFate(RequestId request, std::uint64_t passes) : passes_before(passes), request_(request) {}

  const std::uint64_t passes_before;
  std::size_t open_lanes = 0;   // of its posts, that are not answered yet
  std::size_t open_scouts = 0;  // of them, whose answer is waited for
  std::vector<Post> behind_scouts;

  [[nodiscard]] RequestId request() const { return request_; }

  // It is on its way, of a tenant that keeps to a rate: were what else there is of its chains read
  // again, this would be sent again, too, each time, and nothing come forward.
  void note_begun(const Post& post);

  [[nodiscard]] bool has_begun(const Post& post) const;

  // A post of it was answered by a Loki that works.
  void note_pass() { passed_ = true; }

  // A post of it failed for a reason that concerns the whole output, where nothing else passes.
  void note_failure(const std::string& reason, const std::string& detail, Milliseconds retry_after);

  // All of the chain's records in it are to be read again after `hold`: whatever else became of
  // some of them is forgotten, or it would be counted twice.
  void retry(std::uint64_t chain,
             std::string_view reason,
             std::string_view detail,
             Milliseconds hold);

  // Lines of the chain that Loki will never take.
  void refuse(std::uint64_t chain,
              std::string_view reason,
              std::string_view detail,
              const Amount& amount);

  // The chain's next records wait for so long.
  void hold(std::uint64_t chain, Milliseconds hold);

  // `works`: Loki took something of other requests meanwhile.
  [[nodiscard]] Outcome outcome(bool works) &&;

 private:
  Outcome::Part& part(std::uint64_t chain);

  RequestId request_;
  bool passed_ = false;
  bool failed_ = false;
  Outcome failure_;
  std::vector<std::uint64_t> begun_;
  std::map<std::uint64_t, Outcome::Part> parts_;
};

}  // namespace supercargo
