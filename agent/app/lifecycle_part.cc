#include "agent/app/lifecycle_part.h"

#include <set>
#include <tuple>
#include <utility>

#include "agent/app/memory_budget.h"
#include "agent/base/log.h"
#include "agent/pipeline/record.h"

namespace supercargo {
namespace {

// Each of the outputs has an account of events, and nothing pends there.
bool is_all_read(const Ledger& ledger, std::set<std::string> outputs) {
  for (const std::shared_ptr<const ContainerAccount>& account : ledger.snapshot()) {
    const bool of_events = account->pod.empty() && account->container == kEventSource;
    if (of_events && account->terms().pending_bytes == 0) {
      outputs.erase(account->output);
    }
  }
  return outputs.empty();
}

}  // namespace

std::string event_directory(const AgentConfig& config) {
  if (!config.logs.events || config.outputs.empty()) {
    return {};
  }
  return std::string(config.data_dir).append("/").append(kEventSource);
}

std::string host_log_directory(const AgentConfig& config) {
  const std::string& log = config.host.log;
  if (config.host_root != "/" && log.starts_with(config.host_root + "/")) {
    return log.substr(config.host_root.size());
  }
  return log;
}

bool LifecyclePart::Options::operator==(const Options& other) const {
  const auto parts = [](const Options& options) {
    return std::tie(options.host.root,
                    options.host.proc,
                    options.host.sys,
                    options.host.cgroup,
                    options.log_directory,
                    options.watches,
                    options.peaks);
  };
  return parts(*this) == parts(other);
}

std::shared_ptr<LifecyclePart> LifecyclePart::create(const AgentConfig& config,
                                                     const HostPaths& host,
                                                     std::shared_ptr<LifecyclePart> before) {
  const bool metrics = config.metrics.mode != "none";
  Options options{.host = host,
                  .log_directory = host_log_directory(config),
                  .watches = metrics || !event_directory(config).empty(),
                  .peaks = metrics && config.metrics.peaks,
                  .max_open_files = kept_cgroup_files(config.memory_limit_bytes).of_watch};
  if (before != nullptr && before->options_ == options) {
    return before;
  }
  return std::shared_ptr<LifecyclePart>(new LifecyclePart(std::move(options)));
}

void LifecyclePart::start() {
  if (thread_ || !options_.watches) {
    return;
  }
  Result<std::unique_ptr<ContainerWatch>> watch =
      ContainerWatch::open({.host = options_.host,
                            .log_directory = options_.log_directory,
                            .peaks = options_.peaks,
                            .max_open_files = options_.max_open_files},
                           board_,
                           outlet_);
  if (!watch) {
    log_info("Containers are not watched between scrapes.", {{"reason", watch.error().message}});
    return;
  }
  Result<std::unique_ptr<LifecycleThread>> thread = LifecycleThread::start(std::move(*watch));
  if (!thread) {
    log_warn("Containers are not watched between scrapes.", {{"reason", thread.error().message}});
    return;
  }
  thread_ = std::move(*thread);
}

void LifecyclePart::open_events(const AgentConfig& config, const Ledger& ledger) {
  const std::string directory = event_directory(config);
  if (directory.empty()) {
    outlet_->open(nullptr, {});
    return;
  }
  std::set<std::string> outputs;
  for (const OutputConfig& output : config.outputs) {
    outputs.insert(output.name);
  }
  outlet_->open(std::make_unique<EventFiles>(directory),
                [&ledger, outputs = std::move(outputs)] { return is_all_read(ledger, outputs); });
}

}  // namespace supercargo
