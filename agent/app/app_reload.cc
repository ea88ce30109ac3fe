// A changed configuration: loaded, proven, and taken over by new parts when the old ones have
// ended.
#include <memory>
#include <utility>

#include "agent/app/app.h"
#include "agent/app/commands.h"
#include "agent/app/host.h"
#include "agent/base/log.h"
#include "agent/config/load.h"

namespace supercargo {
namespace {

constexpr Milliseconds kStopPoll{20};
// On a reload, what is in flight may still be answered; then the new parts read on from the
// journal.
constexpr Milliseconds kReloadGrace{1'000};

}  // namespace

// All or nothing: whatever is wrong with the new configuration, the old one stays in force.
void App::reload() {
  if (options_.config_file.empty() || reloading_ || stopping_ || waiting_for_lock_) {
    log_warn("Nothing to reload now.");
    return;
  }
  config_watch_.mark_read();
  ConfigResult loaded = load_config(options_.config_file);
  for (const std::string& error : loaded.errors) {
    log_error("Configuration not taken over.", {{"error", error}});
  }
  if (!loaded) {
    return;
  }
  for (const std::string& warning : loaded.loaded->warnings) {
    log_warn("Odd configuration.", {{"warning", warning}});
  }
  AgentConfig next = std::move(loaded.loaded->config);
  apply_options(next, options_);
  apply_defaults(next, default_node_name());
  if (next.data_dir != config_.data_dir || next.http.listen != config_.http.listen) {
    log_error("Configuration not taken over: data_dir and http.listen need a restart.");
    return;
  }
  if (!next.outputs.empty() && !data_directory_) {
    Result<DataDirectory> directory = DataDirectory::open(next.data_dir);
    if (!directory || !directory->try_lock()) {
      log_error(
          "Configuration not taken over.",
          {{"error",
            directory ? std::string("another agent uses data_dir") : directory.error().message}});
      return;
    }
    data_directory_ = std::move(*directory);
  }
  Result<Parts> parts = make_parts(next);
  if (!parts) {
    log_error("Configuration not taken over.", {{"error", parts.error().message}});
    return;
  }
  reloading_ = true;
  parts_.logs->begin_stop(steady_now() + kReloadGrace);
  swap_parts(std::make_shared<Parts>(std::move(*parts)), next);
}

// Waits for the old outputs to end: their journals are the new ones' cursors.
void App::swap_parts(std::shared_ptr<Parts> next, const AgentConfig& config) {
  if (!parts_.logs->stopped()) {
    stop_timer_.expires_after(kStopPoll);
    stop_timer_.async_wait(
        [this, next = std::move(next), config](const boost::system::error_code& error) {
          if (!error && !stopping_) {
            swap_parts(next, config);
          }
        });
    return;
  }
  reloading_ = false;
  const auto files = parts_.logs->files();
  parts_ = std::move(*next);
  config_ = config;
  parts_.lifecycle->start();
  if (Status started = parts_.logs->start(files); !started) {
    fail(started.error(), /*exit_code=*/1);
    begin_stop();
    return;
  }
  parts_.lifecycle->open_events(config_, ledger_);
  log_info("Configuration taken over.", {{"outputs", config_.outputs.size()}});
}

}  // namespace supercargo
