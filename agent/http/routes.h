// What each path answers.
//
// agent/app owns one and gives handle() to the Server; it is called on the main thread. Only
// /metrics*, /healthz and /readyz answer to other machines, unless they were asked for a password.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/http/http_types.h"
#include "agent/http/ledger_json.h"
#include "agent/http/status_page.h"
#include "exporters/prometheus/scraper.h"

namespace supercargo {

struct HealthAnswer {
  bool ok = true;
  std::string text;  // why not
};

// Called on the main thread; none may block. Each must be set.
struct RouteSources {
  std::function<HealthAnswer()> health;  // fails only when a thread misses its watchdog
  std::function<HealthAnswer()> ready;   // never depends on a receiver
  std::function<std::string()> config;   // the configuration in force, without secrets
  std::function<std::vector<AccountPointer>()> ledger;
  // Answers later, from any thread.
  std::function<void(std::function<void(StatusSnapshot)>)> status;
};

class Routes {
 public:
  // `scraper` must outlive it.
  Routes(Scraper& scraper, RouteSources sources)
      : scraper_(scraper), sources_(std::move(sources)) {}

  void handle(const HttpRequest& request, const HttpReply& reply) const;

 private:
  void metrics(Endpoint endpoint, const HttpRequest& request, const HttpReply& reply) const;
  void status(const HttpRequest& request, const HttpReply& reply) const;

  Scraper& scraper_;
  const RouteSources sources_;
};

}  // namespace supercargo
