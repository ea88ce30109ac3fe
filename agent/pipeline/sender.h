// What an output's protocol does: encode records into a request, send it, say what became of it.
//
// One Sender an output, owned and called by that output's thread only
// (agent/pipeline/delivery_loop.h). A Sender knows nothing of files: a request that failed is
// forgotten by it, and the loop reads its lines again from the log, so that an outage costs no
// memory. A Sender never blocks but in wait().
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/base/clock.h"
#include "agent/pipeline/record.h"

namespace supercargo {

using RequestId = std::uint64_t;

struct Outcome {
  enum class Kind : std::uint8_t {
    kDelivered,  // settled: the receiver has it
    kRetry,    // not now: to be read and sent again, after `retry_after` or the back-off, whichever
               // is longer
    kRefused,  // the same bytes will never be accepted: counted as dropped with `reason`
    kTooLarge,  // to be sent again in smaller requests
  };
  RequestId request = 0;
  Kind kind = Kind::kDelivered;
  std::string
      reason;  // a metric label: few values, snake_case ("http_429", "connection", "timeout")
  std::string detail;  // for people: the receiver's words, cut to some hundred bytes
  Milliseconds retry_after{0};

  // Lines that the receiver will never accept.
  struct Refusal {
    std::string reason;  // a metric label, as above
    Amount amount{};
  };

  // What became of one chain's records in the request.
  struct Part {
    std::uint64_t chain = 0;  // Batch::chain
    // kDelivered: settled, but for what was refused. kRetry: to be read and sent again.
    Kind kind = Kind::kDelivered;
    std::string reason;
    std::string detail;
    Milliseconds hold{0};       // nothing more of the chain is read for so long
    std::size_t max_bytes = 0;  // from now on, of its raw bytes in one request; 0: no bound
    std::vector<Refusal> refused{};
  };

  // Chains with a fate of their own; all others of the request share `kind`. That alone says
  // whether the receiver works: the output waits as a whole only after a `kind` that asks for it.
  std::vector<Part> parts{};
};

class Sender {
 public:
  Sender() = default;
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;
  virtual ~Sender() = default;

  // True when send() may be called: fewer requests in flight, and bytes not yet confirmed, than the
  // bounds.
  [[nodiscard]] virtual bool ready() const = 0;

  // True for a transport that keeps the order and fails as a whole (TCP): then lines of one file
  // may stand in several requests in flight, and a failure of one request fails every later one.
  [[nodiscard]] virtual bool ordered() const = 0;

  // Encodes the records at the end of the open request.
  virtual void append(const Batch& batch) = 0;

  // Size of the open request as the receiver counts it (before compression). 0: nothing is open.
  [[nodiscard]] virtual std::size_t open_bytes() const = 0;

  // Seals the open request and begins to send it. Requires: ready(), open_bytes() > 0, ids ascend.
  virtual void send(RequestId id) = 0;

  // Moves transfers on until an outcome is there, `wake_fd` is readable or the time is over;
  // appends the outcomes, in the order of their requests where ordered().
  virtual void wait(int wake_fd, Milliseconds timeout, std::vector<Outcome>& outcomes) = 0;

  // Requests sent and without outcome.
  [[nodiscard]] virtual std::size_t in_flight() const = 0;
};

}  // namespace supercargo
