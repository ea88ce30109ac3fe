#include "agent/app/log_part.h"

#include <algorithm>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <malloc.h>

#include "agent/app/host.h"
#include "agent/app/lifecycle_part.h"
#include "agent/app/log_rules.h"
#include "agent/app/senders.h"
#include "agent/base/boot_id.h"
#include "agent/pipeline/output_totals.h"
#include "collectors/logs/journal.h"
#include "collectors/logs/log_metrics.h"
#include "collectors/logs/log_reader.h"

namespace supercargo {
namespace {

constexpr Milliseconds kSyncInterval{1'000};
constexpr std::chrono::seconds kWatchdog{60};
constexpr std::chrono::seconds kForgetInterval{60};
constexpr Milliseconds kLookInterval{1'000};
constexpr double kSlowScanSeconds = 10;
// For a look at all log directories, which takes milliseconds: nothing else happens meanwhile.
constexpr Milliseconds kFirstLook{2'000};
constexpr Milliseconds kLastLook{1'000};

}  // namespace

LogPart::LogPart(const AgentConfig& config,
                 const HostPaths& host,
                 Ledger& ledger,
                 SelfMetrics& metrics,
                 SenderInputs inputs,
                 boost::asio::io_context& io)
    : config_(config),
      host_(host),
      ledger_(ledger),
      metrics_(metrics),
      inputs_(std::move(inputs)),
      timer_(io),
      memory_guard_(config.memory_limit_bytes, metrics) {}

Result<std::unique_ptr<LogPart>> LogPart::create(const AgentConfig& config,
                                                 const HostPaths& host,
                                                 Ledger& ledger,
                                                 SelfMetrics& metrics,
                                                 SenderInputs inputs,
                                                 boost::asio::io_context& io) {
  std::unique_ptr<LogPart> part(new LogPart(config, host, ledger, metrics, std::move(inputs), io));
  Result<LogRules> rules = make_log_rules(config);
  if (!rules) {
    return std::move(rules).error();
  }
  part->filters_ = std::move(rules->filters);
  for (const OutputConfig& output : config.outputs) {
    SenderInputs own = part->inputs_;
    own.place = rules->place;
    own.facts_file = config.data_dir + "/" + output.name + "/facts";
    Result<std::unique_ptr<Sender>> sender = make_sender(output, metrics, std::move(own));
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
    if (Status started = start_output(i); !started) {
      return started;
    }
  }
  end_accounts_of_others();
  for (const std::unique_ptr<DeliveryLoop>& loop : loops_) {
    loop->start();
  }
  if (Status started = start_discovery(before); !started) {
    return started;
  }
  next_forget_ = steady_now() +
                 kForgetInterval;  // after a reload the outputs take their accounts up again first
  look_after();
  return Ok{};
}

Status LogPart::start_discovery(const std::shared_ptr<const LogChains>& before) {
  Result<std::unique_ptr<DiscoveryThread>> discovery =
      DiscoveryThread::start({config_.logs.sources,
                              config_.node_name,
                              static_cast<std::uint32_t>(config_.outputs.size()),
                              fit_into_open_file_limit(config_.logs.max_open_files),
                              config_.logs.deleted_budget_bytes,
                              event_directory(config_),
                              wanted_by_any(filters_)},
                             host_,
                             catalog_,
                             metrics_,
                             before,
                             [this] {
                               for (const std::unique_ptr<DeliveryLoop>& loop : loops_) {
                                 loop->wake();
                               }
                             });
  if (!discovery) {
    return std::move(discovery).error();
  }
  discovery_ = std::move(*discovery);
  (void)discovery_->has_looked(kFirstLook);
  return Ok{};
}

Status LogPart::start_output(std::size_t index) {
  const OutputConfig& output = config_.outputs[index];
  Result<std::unique_ptr<Journal>> journal =
      Journal::open(config_.data_dir + "/" + output.name,
                    *sync_thread_,
                    {.boot_id = read_boot_id(host_), .waits_for_room = true});
  if (!journal) {
    return std::move(journal).error();
  }
  ChainOptions options;
  options.max_line_bytes = config_.logs.max_line_bytes;
  options.partial_idle = config_.logs.partial_idle;
  options.stalled_after += output.delivery.batch_wait;
  const LogsConfig& logs = config_.logs;
  FirstLines first = first_lines(output, inputs_);
  const ReadLimits limits{
      logs.rate_limits, logs.first_read, std::move(first.gate), filters_[index], first.wait};
  auto reader = std::make_unique<LogReader>(
      output.name, options, limits, *catalog_, ledger_, metrics_, std::move(*journal));
  loops_.push_back(std::make_unique<DeliveryLoop>(output_identity(output),
                                                  output.delivery,
                                                  std::move(reader),
                                                  std::move(senders_[index]),
                                                  metrics_));
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

// Each second, on the main thread.
void LogPart::look_after() {
  const SteadyTime now = steady_now();
  if (now >= next_forget_) {
    next_forget_ = now + kForgetInterval;
    ledger_.forget_unused(now);
  }
  watch_discovery(now);
  guard_memory(now);
  timer_.expires_at(now + kLookInterval);
  timer_.async_wait(
      [this, alive = std::weak_ptr<bool>(alive_)](const boost::system::error_code& error) {
        if (!error && !alive.expired()) {
          look_after();
        }
      });
}

void LogPart::watch_discovery(SteadyTime now) {
  const std::optional<SteadyTime> since = discovery_->busy_since();
  const double busy_seconds = since ? std::chrono::duration<double>(now - *since).count() : 0;
  metrics_.gauge(log_metrics::kScanBusy).Set(std::max(busy_seconds, 0.0));
  std::uint64_t suppressed = 0;
  if (busy_seconds > kSlowScanSeconds && discovery_log_.allow(now, suppressed)) {
    log_warn(
        "A log directory does not answer: what is written to log files is not seen until it does.",
        {{"seconds", busy_seconds}, {"suppressed", suppressed}});
  }
}

std::shared_ptr<const LogChains> LogPart::hand_over() {
  alive_.reset();  // look_after() asks discovery
  discovery_.reset();
  return catalog_->chains();
}

// What was freed goes back to the kernel before outputs are told to hold less.
void LogPart::guard_memory(SteadyTime now) {
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
  if (discovery_ && !discovery_->look(kLastLook)) {
    log_warn("Log directories do not answer: what is not found yet is not delivered now.");
  }
  for (const std::unique_ptr<DeliveryLoop>& loop : loops_) {
    loop->begin_stop(deadline);
  }
}

bool LogPart::stopped() const {
  return std::all_of(
      loops_.begin(), loops_.end(), [](const auto& loop) { return loop->finished(); });
}

std::string LogPart::unfinished() const {
  const auto loop = std::find_if_not(
      loops_.begin(), loops_.end(), [](const auto& each) { return each->finished(); });
  return loop == loops_.end() ? std::string() : (*loop)->status().name;
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
  std::vector<OutputStatus> outputs;
  for (const std::unique_ptr<DeliveryLoop>& loop : loops_) {
    outputs.push_back(loop->status());
  }
  add_totals(ledger_, steady_now(), outputs);
  return outputs;
}

}  // namespace supercargo
