// Answers scrapes: owns the `collect` thread, which runs the collectors when somebody asks, renders
// what they gave and compresses it.
//
// agent/app owns one and destroys it before whatever the callbacks reach (the HTTP server's
// io_context). Requests come from any thread, answers leave on the collect thread. Scrapes that
// arrive together share one pass, and a result younger than a second is given again, with its
// compressed form. A scrape reads only; it changes nothing that another one could see.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/result.h"
#include "agent/base/self_metrics.h"
#include "exporters/prometheus/collector_report.h"
#include "exporters/prometheus/collector_runner.h"
#include "exporters/prometheus/exposition.h"

namespace supercargo {

struct ScrapeRequest {
  Endpoint endpoint = Endpoint::kAll;
  ExpositionFormat format = ExpositionFormat::kText;
  bool gzip = false;
  Milliseconds timeout{9'500};  // from scrape_timeout()
};

struct ScrapeResponse {
  std::string body;
  bool gzip = false;
};

// How long a scrape may take, from X-Prometheus-Scrape-Timeout-Seconds less a margin for the way
// back; 10 s when the header is missing or no number. Never under 900 ms nor over 60 s, so that no
// client can make a healthy collector look stuck, or a stuck one hold the others up for long.
[[nodiscard]] Milliseconds scrape_timeout(std::string_view header);

struct GroupedCollector {
  MetricGroup group;
  std::shared_ptr<Collector> collector;  // shared: one that hangs for good outlives the scraper
};

class Scraper {
 public:
  using Done = std::function<void(std::shared_ptr<const ScrapeResponse>)>;
  // The samples of all container collectors that are not stuck, valid during the call, and when the
  // oldest of them were taken.
  using Look = std::function<void(std::span<const SampleSet* const>, SteadyTime)>;
  using Now = std::function<SteadyTime()>;

  // `self_metrics` must outlive it. `now` tells the age of results.
  Scraper(std::vector<GroupedCollector> collectors,
          const SelfMetrics& self_metrics,
          Selection selection,
          Now now = steady_now);
  // Answers nothing more; waits for the pass that runs, but at most a second for a stuck collector.
  ~Scraper();
  Scraper(const Scraper&) = delete;
  Scraper& operator=(const Scraper&) = delete;

  // Any thread; `done` is called once on the collect thread, unless the scraper is destroyed first.
  void scrape(const ScrapeRequest& request, Done done);

  // The container collectors' samples as they are, whatever the mode shows: for the status page.
  // Shares the pass and its age with scrapes. Any thread; `look` is called like `done`.
  void look_at_containers(Look look);

  // Since when the collect thread works on the jobs that it took; nothing while it waits for some.
  // For a watchdog: no pass takes longer than a minute. Any thread.
  [[nodiscard]] std::optional<SteadyTime> busy_since() const;

 private:
  using Slots = std::vector<std::shared_ptr<CollectorSlot>>;

  struct Job {
    ScrapeRequest request;
    Done done;
    Look look;  // when set, this is no scrape
    SteadyTime deadline;
  };

  struct Cached {
    std::shared_ptr<const ScrapeResponse> response;
    SteadyTime collected_at{};
  };

  void submit(Job job);
  void work();
  [[nodiscard]] std::vector<Job> wait_for_jobs();
  void serve(const std::vector<Job>& jobs);
  // What to read for the jobs: nothing, what is shown, or everything that there is.
  enum class Need : std::uint8_t { kNothing, kShown, kAll };

  [[nodiscard]] Need need_of(const std::vector<Job>& jobs, std::size_t slot) const;
  [[nodiscard]] bool has_fresh(Need need, std::size_t slot) const;
  [[nodiscard]] bool fresh(SteadyTime collected_at) const;
  void collect_for(const std::vector<Job>& jobs);
  void log_trouble(std::size_t slot);
  void show(const Look& look) const;
  [[nodiscard]] SteadyTime collected_at(Endpoint endpoint) const;
  [[nodiscard]] std::string render(const ScrapeRequest& request);
  [[nodiscard]] Result<std::string> render_compressed(const ScrapeRequest& request) const;
  [[nodiscard]] std::shared_ptr<const ScrapeResponse> respond(const ScrapeRequest& request);
  [[nodiscard]] Cached& cached(const ScrapeRequest& request, bool gzip);

  const SelfMetrics& self_metrics_;
  const Now now_;
  Slots slots_;
  std::vector<bool> shown_;  // by the selection; one a slot
  std::vector<std::vector<bool>> shown_families_;
  std::vector<std::optional<SteadyTime>> taken_;  // when the slot's samples were asked for
  std::vector<Need> taken_for_;                   // and what was read for them
  std::vector<std::unique_ptr<LogLimiter>> limiters_;
  CollectorReport report_;
  Exposition exposition_;
  CollectorRunner runner_;
  std::array<Cached, kEndpointCount * 4> cache_;
  std::array<std::size_t, kEndpointCount * 2> text_bytes_{};  // of the last text of each kind
  // All above belongs to the collect thread.

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Job> jobs_;
  std::optional<SteadyTime> busy_since_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace supercargo
