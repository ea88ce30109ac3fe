#include "agent/app/app.h"

#include <csignal>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "agent/app/commands.h"
#include "agent/app/config_metrics.h"
#include "agent/app/host.h"
#include "agent/app/http_server.h"
#include "agent/app/memory_budget.h"
#include "agent/app/senders.h"
#include "agent/app/service_manager.h"
#include "agent/app/start_pages.h"
#include "agent/base/log.h"
#include "agent/base/version.h"
#include "agent/config/load.h"

namespace supercargo {
namespace {

constexpr Milliseconds kStuckAfter{3'000};  // what ends at the deadline has ended well before

// Metrics are served from the first moment; logs may have to wait for another agent to end.
void tell(std::string_view state) {
  if (const Status told = tell_service_manager(notify_socket(), state); !told) {
    log_warn("The service manager cannot be told.", {{"error", told.error().message}});
  }
}

}  // namespace

App::App(Options options, LoadedConfig loaded)
    : options_(std::move(options)),
      config_(std::move(loaded.config)),
      places_(std::move(loaded.places)),
      signals_(io_, SIGINT, SIGTERM, SIGHUP),
      stop_timer_(io_),
      lock_timer_(io_),
      config_watch_(io_,
                    options_.config_file,
                    [this] {
                      log_info("The configuration file has changed: reloading it.");
                      reload();
                    }),
      reloaded_(self_metrics_.gauge(config_metrics::kLastReloadSuccessful)),
      status_builder_(std::string(kVersion), config_.node_name, started_) {
  reloaded_.Set(1);
}

// The server goes first: its handler reaches into the parts. The scraper answers from its own
// thread until it is gone.
App::~App() {
  server_.reset();
  parts_ = Parts{};
}

int App::run() {
  if (Status started = start(); !started) {
    fail(started.error(), kCannotStart);
    return exit_code_;
  }
  await_signal();
  config_watch_.start();
  release_start_pages();
  io_.run();
  log_info("Stopped.", {{"exit_code", exit_code_}});
  return exit_code_;
}

void App::fail(const Error& error, int exit_code) {
  const std::string text = with_place(places_, error.message);
  log_error("Cannot go on.", {{"error", text}});
  write_termination_reason(text);
  exit_code_ = exit_code;
}

Status App::start() {
  ignore_broken_pipes();
  const std::uint64_t open_files = raise_open_file_limit();
  if (options_.demo) {
    Result<std::unique_ptr<Demo>> demo = Demo::create(io_);
    if (!demo) {
      return std::move(demo).error();
    }
    demo_ = std::move(*demo);
    demo_->configure(config_);
  }
  if (Status opened = open_data_directory(config_);
      !opened && opened.error().code != ErrorCode::kIo) {
    return opened;
  }
  Result<Parts> parts = make_parts(config_);
  if (!parts) {
    return std::move(parts).error();
  }
  parts_ = std::move(*parts);
  parts_.lifecycle->start();
  auto server = start_http_server(io_,
                                  config_.http,
                                  demo_ != nullptr,
                                  [this](const HttpRequest& request, const HttpReply& reply) {
                                    parts_.routes->handle(request, reply);
                                  });
  if (!server) {
    return std::move(server).error();
  }
  server_ = std::move(*server);
  log_info("Supercargo started.",
           {{"version", kVersion},
            {"node", config_.node_name},
            {"outputs", config_.outputs.size()},
            {"open_file_limit", open_files}});
  start_logs_when_locked();
  tell("READY=1");
  if (demo_) {
    demo_->start([this] { return outputs(); });
  }
  return Ok{};
}

Result<App::Parts> App::make_parts(AgentConfig& config) {
  for (const std::string& output : fit_into_memory_limit(config)) {
    log_warn("The output may hold less than configured: memory_limit leaves no more.",
             {{"output", output}});
  }
  Parts parts;
  parts.host = host_paths(config);
  parts.kubernetes = KubernetesPart::create(config, parts_.kubernetes);
  parts.lifecycle = LifecyclePart::create(config, parts.host, parts_.lifecycle);
  auto metrics = MetricPart::create(config,
                                    parts.host,
                                    ledger_,
                                    self_metrics_,
                                    parts.kubernetes->store(),
                                    parts.lifecycle->board());
  if (!metrics) {
    return std::move(metrics).error();
  }
  parts.metrics = std::move(*metrics);
  parts.routes = std::make_unique<Routes>(parts.metrics->scraper(), route_sources());
  auto logs = LogPart::create(config,
                              parts.host,
                              ledger_,
                              self_metrics_,
                              sender_inputs(config, parts.host, parts.kubernetes->store()),
                              io_);
  if (!logs) {
    return std::move(logs).error();
  }
  parts.logs = std::move(*logs);
  return parts;
}

void App::await_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) {
      return;
    }
    if (signal == SIGHUP) {
      log_info("SIGHUP: reloading the configuration.");
      reload();
    } else if (stopping_) {
      log_warn("Second signal: ending at once.");
      std::_Exit(kFailed);
    } else {
      log_info("Stopping.",
               {{"signal", signal}, {"timeout_seconds", config_.shutdown_timeout.count()}});
      begin_stop();
    }
    await_signal();
  });
}

void App::begin_stop() {
  stopping_ = true;
  tell("STOPPING=1");
  if (demo_) {
    demo_->stop();
  }
  stop_by_ = steady_now() + config_.shutdown_timeout + kStuckAfter;
  parts_.logs->begin_stop(steady_now() + config_.shutdown_timeout);
  await_stopped();
}

// A thread that hangs in the kernel, on a log file or a data_dir that does not answer, cannot be
// waited for. What is not in its journal will be sent again.
void App::end_in_spite_of(const std::string& what) {
  log_error("Ending although an output has not ended: a disk or file server does not answer.",
            {{"output", what}});
  std::_Exit(kFailed);
}

void App::await_stopped() {
  if (parts_.logs->stopped()) {
    io_.stop();
    return;
  }
  if (steady_now() > stop_by_) {
    end_in_spite_of(parts_.logs->unfinished());
  }
  stop_timer_.expires_after(kStopPoll);
  stop_timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) {
      await_stopped();
    }
  });
}

}  // namespace supercargo
