#include "agent/app/log_part.h"

#include <algorithm>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <malloc.h>
#include <unistd.h>

#include "agent/app/host.h"
#include "agent/app/lifecycle_part.h"
#include "agent/app/senders.h"
#include "agent/base/boot_id.h"
#include "collectors/logs/journal.h"
#include "collectors/logs/log_metrics.h"
#include "collectors/logs/log_reader.h"

namespace supercargo {
namespace {

constexpr Milliseconds kSyncInterval{1'000};
constexpr std::chrono::seconds kWatchdog{60};
constexpr std::chrono::seconds kForgetInterval{60};
constexpr Milliseconds kMemoryInterval{900};  // discovery turns once a second at least

}  // namespace

LogPart::LogPart(const AgentConfig& config,
                 const HostPaths& host,
                 Ledger& ledger,
                 SelfMetrics& metrics,
                 std::shared_ptr<const PodAnnotations> annotations,
                 boost::asio::io_context& io)
    : config_(config),
      host_(host),
      ledger_(ledger),
      metrics_(metrics),
      annotations_(std::move(annotations)),
      turn_timer_(io),
      quiet_timer_(io),
      events_(io),
      memory_guard_(config.memory_limit_bytes, metrics) {}

LogPart::~LogPart() {
  if (events_.is_open()) {
    events_.release();  // discovery's watcher owns it
  }
}

Result<std::unique_ptr<LogPart>> LogPart::create(const AgentConfig& config,
                                                 const HostPaths& host,
                                                 Ledger& ledger,
                                                 SelfMetrics& metrics,
                                                 std::shared_ptr<const PodAnnotations> annotations,
                                                 boost::asio::io_context& io) {
  std::unique_ptr<LogPart> part(
      new LogPart(config, host, ledger, metrics, std::move(annotations), io));
  for (const OutputConfig& output : config.outputs) {
    Result<std::unique_ptr<Sender>> sender = make_sender(output, metrics, part->annotations_);
    if (!sender) {
      return std::move(sender).error();
    }
    part->senders_.push_back(std::move(*sender));
  }
  return part;
}

Status LogPart::start(const std::shared_ptr<const LogChains>& before) {
  sync_thread_ =
      std::make_unique<SyncThread>(kSyncInterval, [this](double elapsed_seconds, bool ok) {
        metrics_.counter(log_metrics::kSyncSeconds).Increment(elapsed_seconds);
        metrics_.counter(log_metrics::kSyncErrors).Increment(ok ? 0 : 1);
        if (std::uint64_t suppressed = 0; !ok && sync_log_.allow(steady_now(), suppressed)) {
          log_error("Cursors cannot be synced to the disk: a power loss would repeat lines.",
                    {{"data_dir", config_.data_dir}, {"suppressed", suppressed}});
        }
      });
  for (std::size_t i = 0; i < config_.outputs.size(); ++i) {
    if (Status started = start_output(config_.outputs[i], std::move(senders_[i])); !started) {
      return started;
    }
  }
  discovery_ = std::make_unique<LogDiscovery>(
      LogDiscovery::Options{config_.logs.sources,
                            config_.node_name,
                            static_cast<std::uint32_t>(config_.outputs.size()),
                            fit_into_open_file_limit(config_.logs.max_open_files),
                            config_.logs.deleted_budget_bytes,
                            event_directory(config_)},
      host_,
      catalog_,
      metrics_,
      [this] {
        for (const std::unique_ptr<DeliveryLoop>& loop : loops_) {
          loop->wake();
        }
      });
  if (before) {
    discovery_->inherit(*before);
  }
  end_accounts_of_others();
  if (discovery_->watch_fd() >= 0) {
    events_.assign(discovery_->watch_fd());
  }
  for (const std::unique_ptr<DeliveryLoop>& loop : loops_) {
    loop->start();
  }
  next_forget_ = steady_now() +
                 kForgetInterval;  // after a reload the outputs take their accounts up again first
  discover();
  return Ok{};
}

Status LogPart::start_output(const OutputConfig& output, std::unique_ptr<Sender> sender) {
  Result<std::unique_ptr<Journal>> journal = Journal::open(
      config_.data_dir + "/" + output.name, *sync_thread_, {.boot_id = read_boot_id(host_)});
  if (!journal) {
    return std::move(journal).error();
  }
  ChainOptions options;
  options.max_line_bytes = config_.logs.max_line_bytes;
  options.partial_idle = config_.logs.partial_idle;
  options.stalled_after += output.delivery.batch_wait;
  auto reader = std::make_unique<LogReader>(
      output.name,
      options,
      ReadLimits{
          config_.logs.rate_limits, config_.logs.first_read, read_gate(output, annotations_)},
      catalog_,
      ledger_,
      metrics_,
      std::move(*journal));
  loops_.push_back(std::make_unique<DeliveryLoop>(
      output_identity(output), output.delivery, std::move(reader), std::move(sender), metrics_));
  return Ok{};
}

// After a reload: what an output that is not there any more has left will not be delivered.
void LogPart::end_accounts_of_others() {
  for (const std::shared_ptr<const ContainerAccount>& account : ledger_.snapshot()) {
    if (std::ranges::count(config_.outputs, account->output, &OutputConfig::name) == 0) {
      ledger_.lose_abandoned_unless(account->output, [](const std::string&) { return false; });
    }
  }
}

// One turn of discovery, then the wait for whatever comes first: its next turn, or an event, which
// is handled after the quiet time. No timer runs for events that do not come.
void LogPart::discover() {
  const SteadyTime now = steady_now();
  discovery_->turn(now);
  if (now >= next_forget_) {
    next_forget_ = now + kForgetInterval;
    ledger_.forget_unused(now);
  }
  guard_memory(now);
  const std::uint64_t turn = ++turn_;
  const auto still =
      [this, turn, alive = std::weak_ptr<bool>(alive_)](const boost::system::error_code& error) {
        return !error && !alive.expired() && turn == turn_;
      };
  const auto next = [this, still](const boost::system::error_code& error) {
    if (still(error)) {
      discover();
    }
  };
  turn_timer_.expires_at(discovery_->next_turn());
  turn_timer_.async_wait(next);
  if (!events_.is_open()) {
    return;
  }
  events_.cancel();
  events_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [this, still, next](const boost::system::error_code& error) {
                       if (still(error)) {
                         quiet_timer_.expires_at(discovery_->quiet_until());
                         quiet_timer_.async_wait(next);
                       }
                     });
}

// What was freed goes back to the kernel before outputs are told to hold less.
void LogPart::guard_memory(SteadyTime now) {
  if (now < next_memory_look_) {
    return;
  }
  next_memory_look_ = now + kMemoryInterval;
  const std::optional<std::uint64_t> resident = resident_bytes();
  if (!resident) {
    return;
  }
  const unsigned pressure = memory_guard_.observe(*resident, now);
  if (pressure > 0) {
    (void)::malloc_trim(0);
  }
  for (const std::unique_ptr<DeliveryLoop>& loop : loops_) {
    loop->set_memory_pressure(pressure);
  }
}

// One more look first: what was written up to now is to be sent.
void LogPart::begin_stop(SteadyTime deadline) {
  if (discovery_) {
    discovery_->expect_rescan();
    discover();
  }
  for (const std::unique_ptr<DeliveryLoop>& loop : loops_) {
    loop->begin_stop(deadline);
  }
}

bool LogPart::stopped() const {
  return std::all_of(
      loops_.begin(), loops_.end(), [](const auto& loop) { return loop->finished(); });
}

bool LogPart::healthy(SteadyTime now, std::string& why) const {
  for (const std::unique_ptr<DeliveryLoop>& loop : loops_) {
    if (!loop->finished() && now - loop->last_turn() > kWatchdog) {
      why = "output " + loop->status().name + " does not turn";
      return false;
    }
  }
  return true;
}

std::vector<OutputStatus> LogPart::outputs() const {
  const SteadyTime now = steady_now();
  std::vector<OutputStatus> outputs;
  for (const std::unique_ptr<DeliveryLoop>& loop : loops_) {
    outputs.push_back(loop->status());
  }
  for (const std::shared_ptr<const ContainerAccount>& account : ledger_.snapshot()) {
    const auto output =
        std::find_if(outputs.begin(), outputs.end(), [&](const OutputStatus& status) {
          return status.name == account->output;
        });
    if (output == outputs.end()) {
      continue;
    }
    output->delivered_bytes += account->delivered_bytes.load(std::memory_order_relaxed);
    output->delivered_lines += account->delivered_lines.load(std::memory_order_relaxed);
    output->pending_bytes += account->pending_bytes.load(std::memory_order_relaxed);
    output->oldest_pending_seconds =
        std::max(output->oldest_pending_seconds, account->oldest_pending_seconds(now));
    for (const auto& [reason, amount] : account->dropped()) {
      output->dropped_lines += amount.lines;
    }
  }
  return outputs;
}

}  // namespace supercargo
