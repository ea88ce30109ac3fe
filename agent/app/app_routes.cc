// What the pages of the HTTP server ask of the agent's parts.
#include "agent/app/app.h"
#include "agent/config/reference.h"

namespace supercargo {

RouteSources App::route_sources() {
  RouteSources sources;
  sources.health = [this] {
    HealthAnswer answer;
    const SteadyTime now = steady_now();
    answer.ok = parts_.logs->healthy(now, answer.text) && parts_.metrics->healthy(now, answer.text);
    return answer;
  };
  sources.ready = [this] {
    return ready_ && !stopping_ ? HealthAnswer{}
                                : HealthAnswer{false, stopping_ ? "stopping" : "starting"};
  };
  sources.config = [this] { return effective_config_yaml(config_); };
  sources.ledger = [this] { return ledger_.snapshot(); };
  sources.status = [this](const std::function<void(StatusSnapshot)>& done) { report_status(done); };
  return sources;
}

// The samples come on the collect thread; everything else is taken here, on the main thread.
void App::report_status(const std::function<void(StatusSnapshot)>& done) {
  parts_.metrics->scraper().look_at_containers(
      [this, done, outputs = outputs()](std::span<const SampleSet* const> samples,
                                        SteadyTime sampled_at) {
        const std::vector<AccountPointer> accounts = ledger_.snapshot();
        done(status_builder_.build({samples, sampled_at, accounts, outputs, steady_now()}));
      });
}

std::vector<OutputStatus> App::outputs() const {
  return parts_.logs->outputs();
}

}  // namespace supercargo
