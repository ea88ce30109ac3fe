// What people are told of one output: its status, its log lines (few, however often it fails) and
// its metrics.
//
// Owned by a DeliveryLoop and called on its thread; status() may be called by any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/self_metrics.h"
#include "agent/pipeline/output_status.h"
#include "agent/pipeline/record_source.h"
#include "agent/pipeline/sender.h"

namespace supercargo {

struct OutputIdentity {
  std::string name;
  std::string type;         // loki, gelf, stdout
  std::string destination;  // for people, without credentials
};

class DeliveryReport {
 public:
  DeliveryReport(OutputIdentity identity, SelfMetrics& metrics);

  [[nodiscard]] OutputStatus status() const;

  void note_sent(std::size_t request_bytes);

  // An answer of any kind, counted; with what it says of single containers.
  void note_outcome(const Outcome& outcome, SteadyTime now);

  void note_delivered(SteadyTime now);

  // The `failures`-th in a row.
  void note_failure(const Outcome& outcome, std::uint32_t failures, SteadyTime now);

  // Lines will never be accepted.
  void note_loss(const std::string& reason, const std::string& detail, SteadyTime now);

  void note_error(const Outcome& outcome);

  // How it stands now.
  void publish(const Backlog& backlog, std::size_t in_flight, bool retrying, SteadyTime now);

  // Nobody may be there to look at the metrics any more.
  void note_end(const Backlog& backlog, std::size_t in_flight);

 private:
  void note_part(const Outcome::Part& part, SteadyTime now);

  const OutputIdentity identity_;
  SelfMetrics& metrics_;
  prometheus::Counter& request_bytes_total_;
  prometheus::Gauge& retrying_;
  LogLimiter failure_log_;
  // By reason, of which there are few: one cause does not hide another.
  std::map<std::string, LogLimiter> part_logs_;
  std::map<std::string, LogLimiter> loss_logs_;
  std::optional<SteadyTime> failing_since_{};  // of a failure that was logged

  mutable std::mutex mutex_;
  OutputStatus status_;
};

}  // namespace supercargo
