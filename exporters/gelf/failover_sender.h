// Several addresses of one output, the best first: the first that works is used.
//
// agent/app makes one for an output with failover_urls; the output's thread calls it. Each address
// has a sender of its own. One that fails a request (429 aside: that receiver works) is left alone
// for `try_again`; the first of the others takes over, and the delivery loop sends there what was
// not settled. Better addresses than the one in use are tried without sending them anything, and
// used again once they can be connected to. With an ordered transport what is under way is settled
// before that; other transports go on side by side.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/log.h"
#include "agent/base/self_metrics.h"
#include "agent/pipeline/sender.h"
#include "exporters/gelf/address_probe.h"

namespace supercargo {

class FailoverSender final : public Sender {
 public:
  struct Address {
    std::string text;  // for people, without credentials
    std::unique_ptr<Sender> sender;
    AddressProbe probe;
  };

  // Requires: at least one address, all of the same transport.
  FailoverSender(std::vector<Address> addresses,
                 Milliseconds try_again,
                 std::string_view output,
                 SelfMetrics& metrics);

  [[nodiscard]] bool ready() const override;

  [[nodiscard]] bool ordered() const override { return active().ordered(); }

  void append(const Batch& batch) override { active().append(batch); }

  [[nodiscard]] std::size_t open_bytes() const override { return active().open_bytes(); }

  void send(RequestId id) override { active().send(id); }

  void wait(int wake_fd, Milliseconds timeout, std::vector<Outcome>& outcomes) override;
  [[nodiscard]] std::size_t in_flight() const override;

 private:
  struct Entry {
    Address address;
    prometheus::Gauge& used;
    prometheus::Counter& failures;
    SteadyTime left_alone_until{};
  };

  [[nodiscard]] Sender& active() const { return *entries_[active_].address.sender; }

  void wait_for_others(std::vector<Outcome>& outcomes);
  void note_outcomes(std::size_t index, const std::vector<Outcome>& outcomes, std::size_t from);
  void give_up(const Outcome& outcome, SteadyTime now);
  [[nodiscard]] std::size_t next_address(SteadyTime now) const;
  void try_better(SteadyTime now);
  void use(std::size_t index);

  std::vector<Entry> entries_;
  const Milliseconds try_again_;
  const std::string output_;
  std::size_t active_ = 0;
  std::optional<std::size_t> better_;  // to be used as soon as nothing is under way
  LogLimiter log_{std::chrono::seconds(10)};
};

}  // namespace supercargo
