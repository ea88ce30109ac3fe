// The agent as a whole: owns every part, starts and stops them, reloads the configuration.
//
// main() makes one and calls run() on the main thread, where everything below happens but what the
// parts' own threads do.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "agent/app/config_watch.h"
#include "agent/app/data_directory.h"
#include "agent/app/demo.h"
#include "agent/app/kubernetes_part.h"
#include "agent/app/lifecycle_part.h"
#include "agent/app/log_part.h"
#include "agent/app/metric_part.h"
#include "agent/app/options.h"
#include "agent/base/background_question.h"
#include "agent/base/clock.h"
#include "agent/base/self_metrics.h"
#include "agent/config/load.h"
#include "agent/http/routes.h"
#include "agent/http/server.h"
#include "agent/http/status_builder.h"
#include "agent/pipeline/ledger.h"

namespace supercargo {

class App {
 public:
  App(Options options, LoadedConfig loaded);
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  // Runs until SIGTERM or SIGINT. The exit code: 0 stopped, 1 failed while running, 2 cannot start
  // with this configuration.
  int run();

 private:
  // All that is made anew when the configuration changes.
  struct Parts {
    HostPaths host;
    std::shared_ptr<KubernetesPart> kubernetes;
    std::shared_ptr<LifecyclePart> lifecycle;
    std::unique_ptr<MetricPart> metrics;
    std::unique_ptr<Routes> routes;
    std::unique_ptr<LogPart> logs;
  };

  Result<Parts> make_parts(AgentConfig& config);
  Status start();
  Status open_data_directory(const AgentConfig& config);
  Status take_data_directory(const AgentConfig& config);
  void start_logs_when_locked();
  RouteSources route_sources();
  void report_status(const std::function<void(StatusSnapshot)>& done);
  [[nodiscard]] std::vector<OutputStatus> outputs() const;

  void await_signal();
  void begin_stop();
  void await_stopped();
  [[noreturn]] void end_in_spite_of(const std::string& what);

  // app_reload.cc
  void reload();
  [[nodiscard]] Status check_reloadable(const AgentConfig& next) const;
  [[nodiscard]] std::optional<ConfigResult> read_config();
  void not_taken(const std::string& why);
  void swap_parts(std::shared_ptr<Parts> next, const AgentConfig& config);
  Status take_over(Parts parts, const std::shared_ptr<const LogChains>& files);
  Status go_back(const std::shared_ptr<const LogChains>& files);

  // Of a configuration file and of the version that it is.
  struct ConfigReading {
    std::string stamp;
    ConfigResult result;
  };

  static constexpr Milliseconds kStopPoll{20};
  static constexpr Milliseconds kPatience{250};  // with a disk or file server, on the main thread
  static constexpr int kFailed = 1;
  static constexpr int kCannotStart = 2;

  void fail(const Error& error, int exit_code);

  const Options options_;
  AgentConfig config_;
  const std::map<std::string, std::string> places_;  // see LoadedConfig
  const SteadyTime started_ = steady_now();
  boost::asio::io_context io_{1};
  boost::asio::signal_set signals_;
  boost::asio::steady_timer stop_timer_;
  boost::asio::steady_timer lock_timer_;
  ConfigWatch config_watch_;
  std::optional<BackgroundQuestion<ConfigReading>> config_question_;
  std::optional<BackgroundQuestion<DataDirectory>> data_directory_question_;
  SelfMetrics self_metrics_;
  prometheus::Gauge& reloaded_;
  Ledger ledger_;
  StatusBuilder status_builder_;
  std::unique_ptr<Demo> demo_;
  std::optional<DataDirectory> data_directory_;
  Parts parts_;
  std::unique_ptr<Server> server_;
  bool waiting_for_lock_ = false;
  bool ready_ = false;
  bool stopping_ = false;
  SteadyTime stop_by_{};
  bool reloading_ = false;
  bool reload_again_ = false;  // asked for while one was under way
  int exit_code_ = 0;
};

}  // namespace supercargo
