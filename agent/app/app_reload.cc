// How a running agent takes over a new configuration: all or nothing. Whatever is wrong with it,
// the old one stays in force.

#include <utility>

#include "agent/app/app.h"
#include "agent/app/commands.h"
#include "agent/app/host.h"
#include "agent/base/log.h"
#include "agent/config/load.h"

namespace supercargo {
namespace {

// What is in flight may still be answered; then the new parts read on from the journal.
constexpr Milliseconds kReloadGrace{1'000};

constexpr const char* kNotTaken = "Configuration not taken over.";

std::optional<AgentConfig> make_config(ConfigResult loaded, const Options& options) {
  for (const std::string& error : loaded.errors) {
    log_error(kNotTaken, {{"error", error}});
  }
  if (!loaded) {
    return std::nullopt;
  }
  for (const std::string& warning : loaded.loaded->warnings) {
    log_warn("Odd configuration.", {{"warning", warning}});
  }
  AgentConfig config = std::move(loaded.loaded->config);
  apply_options(config, options);
  apply_defaults(config, default_node_name());
  return config;
}

}  // namespace

// The stamp first: what changes meanwhile is read again. A file server that does not answer costs
// the main thread a moment; the watch over the file asks again.
std::optional<ConfigResult> App::read_config() {
  if (!config_question_) {
    config_question_.emplace("config reading", [path = options_.config_file] {
      std::string stamp = file_stamp(path);
      return Result<ConfigReading>(ConfigReading{std::move(stamp), load_config(path)});
    });
  }
  Result<ConfigReading> reading = config_question_->ask_until(steady_now() + kPatience);
  if (!reading) {
    not_taken(options_.config_file + " does not answer: it is asked again");
    config_watch_.mark_read({});
    return std::nullopt;
  }
  config_watch_.mark_read(std::move(reading->stamp));
  return std::move(reading->result);
}

void App::not_taken(const std::string& why) {
  log_error(kNotTaken, {{"error", why}});
  reloaded_.Set(0);
}

Status App::check_reloadable(const AgentConfig& next) const {
  if (next.data_dir != config_.data_dir || next.http.listen != config_.http.listen ||
      next.http.web_config_file != config_.http.web_config_file) {
    return Error{ErrorCode::kConfig,
                 "data_dir, http.listen and http.web_config_file need a restart"};
  }
  return Ok{};
}

void App::reload() {
  if (options_.config_file.empty() || stopping_ || waiting_for_lock_) {
    log_warn("Nothing to reload now.");
    return;
  }
  if (reloading_) {
    reload_again_ = true;  // what it has read may be older than what is there now
    return;
  }
  std::optional<ConfigResult> read = read_config();
  const auto places = read && *read ? read->loaded->places : std::map<std::string, std::string>();
  std::optional<AgentConfig> next = read ? make_config(*std::move(read), options_) : std::nullopt;
  if (!next) {
    reloaded_.Set(0);
    return;
  }
  if (Status able = check_reloadable(*next); !able) {
    not_taken(able.error().message);
    return;
  }
  // The first output of an agent that had none needs a data directory.
  if (Status taken = take_data_directory(*next); !taken) {
    not_taken(taken.error().message);
    return;
  }
  Result<Parts> parts = make_parts(*next);
  if (!parts) {
    not_taken(with_place(places, parts.error().message));
    return;
  }
  reloading_ = true;
  parts_.logs->begin_stop(steady_now() + kReloadGrace);
  swap_parts(std::make_shared<Parts>(std::move(*parts)), *next);
}

Status App::take_over(Parts parts, const std::shared_ptr<const LogChains>& files) {
  parts_ = std::move(parts);
  parts_.lifecycle->start();
  return parts_.logs->start(files);
}

// What only a start can tell (another output's journal cannot be made, say) is no reason
// to end, either.
Status App::go_back(const std::shared_ptr<const LogChains>& files) {
  Result<Parts> before = make_parts(config_);
  return before ? take_over(std::move(*before), files) : std::move(before).error();
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
  const auto files = parts_.logs->hand_over();
  Status started = take_over(std::move(*next), files);
  if (started) {
    config_ = config;
    reloaded_.Set(1);
    log_info("Configuration taken over.", {{"outputs", config_.outputs.size()}});
  } else {
    not_taken(started.error().message);
    started = go_back(files);
  }
  if (!started) {
    fail(started.error(), kFailed);
    begin_stop();
    return;
  }
  parts_.lifecycle->open_events(config_, ledger_);
  if (std::exchange(reload_again_, false)) {
    reload();
  }
}

}  // namespace supercargo
