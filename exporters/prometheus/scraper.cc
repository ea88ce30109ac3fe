#include "exporters/prometheus/scraper.h"

#include <algorithm>
#include <utility>

#include <pthread.h>

#include "agent/base/text.h"
#include "exporters/prometheus/gzip.h"

namespace supercargo {
namespace {

constexpr std::chrono::seconds kShareFor{1};
constexpr std::chrono::seconds kDefaultTimeout{10};
constexpr double kShortestSeconds = 1;
constexpr double kLongestSeconds = 60;
constexpr double kMarginShare = 0.1;
constexpr double kLongestMarginSeconds = 0.5;

}  // namespace

Milliseconds scrape_timeout(std::string_view header) {
  auto seconds = parse_number<double>(trim(header));
  if (!seconds || !(*seconds > 0)) {
    seconds = static_cast<double>(kDefaultTimeout.count());
  }
  const double allowed = std::clamp(*seconds, kShortestSeconds, kLongestSeconds);
  const double margin = std::min(allowed * kMarginShare, kLongestMarginSeconds);
  return std::chrono::duration_cast<Milliseconds>(std::chrono::duration<double>(allowed - margin));
}

Scraper::Scraper(std::vector<GroupedCollector> collectors,
                 const SelfMetrics& self_metrics,
                 Selection selection,
                 Now now)
    : self_metrics_(self_metrics), now_(std::move(now)), exposition_(std::move(selection)) {
  for (GroupedCollector& entry : collectors) {
    auto slot = std::make_shared<CollectorSlot>(entry.group, std::move(entry.collector));
    exposition_.add(slot);
    shown_.push_back(exposition_.shows(*slot->collector));
    shown_families_.push_back(exposition_.shown_families(*slot->collector));
    limiters_.push_back(std::make_unique<LogLimiter>());
    slots_.push_back(std::move(slot));
  }
  taken_.resize(slots_.size());
  taken_for_.resize(slots_.size());
  exposition_.add(MetricGroup::kNode, report_.node());
  exposition_.add(MetricGroup::kSelf, report_.own());
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "collect");
    work();
  });
}

Scraper::~Scraper() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  runner_.bring_forward(steady_now());
  thread_.join();
}

void Scraper::scrape(const ScrapeRequest& request, Done done) {
  submit({request, std::move(done), nullptr, steady_now() + request.timeout});
}

void Scraper::look_at_containers(Look look) {
  submit({{}, nullptr, std::move(look), steady_now() + scrape_timeout({})});
}

void Scraper::submit(Job job) {
  const SteadyTime deadline = job.deadline;
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  wake_.notify_one();
  runner_.bring_forward(deadline);
}

void Scraper::work() {
  for (;;) {
    const std::vector<Job> jobs = wait_for_jobs();
    if (jobs.empty()) {
      return;
    }
    serve(jobs);
  }
}

// Empty: stop. Results that nobody may share any more are freed meanwhile: they are megabytes.
std::vector<Scraper::Job> Scraper::wait_for_jobs() {
  std::unique_lock lock(mutex_);
  busy_since_.reset();
  const auto due = [this] { return stop_ || !jobs_.empty(); };
  if (!wake_.wait_for(lock, kShareFor, due)) {
    lock.unlock();
    cache_.fill({});
    lock.lock();
    wake_.wait(lock, due);
  }
  busy_since_ = steady_now();
  return stop_ ? std::vector<Job>() : std::exchange(jobs_, {});
}

std::optional<SteadyTime> Scraper::busy_since() const {
  const std::lock_guard lock(mutex_);
  return busy_since_;
}

void Scraper::serve(const std::vector<Job>& jobs) {
  collect_for(jobs);
  for (const Job& job : jobs) {
    if (job.look) {
      show(job.look);
    } else {
      job.done(respond(job.request));
    }
  }
}

Scraper::Need Scraper::need_of(const std::vector<Job>& jobs, std::size_t slot) const {
  const MetricGroup group = slots_[slot]->group;
  Need need = Need::kNothing;
  for (const Job& job : jobs) {
    if (job.look && group == MetricGroup::kContainer) {
      return Need::kAll;
    }
    if (!job.look && shown_[slot] && endpoint_has(job.request.endpoint, group)) {
      need = Need::kShown;
    }
  }
  return need;
}

bool Scraper::has_fresh(Need need, std::size_t slot) const {
  return taken_[slot] && fresh(*taken_[slot]) && need <= taken_for_[slot];
}

bool Scraper::fresh(SteadyTime collected_at) const {
  return now_() - collected_at < kShareFor;
}

void Scraper::collect_for(const std::vector<Job>& jobs) {
  Slots stale;
  std::vector<std::size_t> numbers;
  const SteadyTime now = now_();
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const Need need = need_of(jobs, i);
    if (need == Need::kNothing || has_fresh(need, i)) {
      continue;
    }
    taken_for_[i] = need;
    slots_[i]->wanted = need == Need::kAll ? std::vector<bool>(shown_families_[i].size(), true)
                                           : shown_families_[i];
    stale.push_back(slots_[i]);
    numbers.push_back(i);
  }
  if (stale.empty()) {
    return;
  }
  const auto first = std::min_element(
      jobs.begin(), jobs.end(), [](const Job& a, const Job& b) { return a.deadline < b.deadline; });
  runner_.run(stale, first->deadline);
  for (const std::size_t i : numbers) {
    taken_[i] = now;
    log_trouble(i);
  }
  exposition_.plan(self_metrics_.collect(), report_.most_series(slots_, exposition_));
  report_.update(slots_, exposition_);
}

void Scraper::log_trouble(std::size_t slot) {
  const CollectorRun& run = *slots_[slot]->last;
  std::uint64_t left_out = 0;
  if (run.outcome == CollectorRun::Outcome::kOk ||
      run.outcome == CollectorRun::Outcome::kUnavailable ||
      !limiters_[slot]->allow(steady_now(), left_out)) {
    return;
  }
  log_warn("Collector failed; its metrics are incomplete.",
           {{"collector", slots_[slot]->collector->name()},
            {"error", run.message},
            {"seconds", run.seconds},
            {"left_out", left_out}});
}

void Scraper::show(const Look& look) const {
  std::vector<const SampleSet*> sets;
  SteadyTime oldest = now_();
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i]->group == MetricGroup::kContainer && slots_[i]->has_samples()) {
      sets.push_back(&slots_[i]->samples);
      oldest = std::min(oldest, *taken_[i]);
    }
  }
  look(sets, oldest);
}

// When the oldest of the samples was taken that the endpoint shows.
SteadyTime Scraper::collected_at(Endpoint endpoint) const {
  SteadyTime oldest = now_();
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (taken_[i] && shown_[i] && endpoint_has(endpoint, slots_[i]->group)) {
      oldest = std::min(oldest, *taken_[i]);
    }
  }
  return oldest;
}

Scraper::Cached& Scraper::cached(const ScrapeRequest& request, bool gzip) {
  const auto endpoint = static_cast<std::size_t>(request.endpoint);
  const auto format = static_cast<std::size_t>(request.format);
  return cache_[endpoint * 4 + format * 2 + (gzip ? 1 : 0)];
}

// With room for what it took the last time: growing would copy megabytes and keep twice as many.
std::string Scraper::render(const ScrapeRequest& request) {
  constexpr std::size_t kSpareShare = 16;
  const auto kind =
      static_cast<std::size_t>(request.endpoint) * 2 + static_cast<std::size_t>(request.format);
  std::string text;
  text.reserve(text_bytes_[kind] + text_bytes_[kind] / kSpareShare);
  exposition_.render(request.endpoint, request.format, self_metrics_.collect(), text);
  text_bytes_[kind] = text.size();
  return text;
}

// Each piece is compressed while it is in the cache; the whole text never exists.
Result<std::string> Scraper::render_compressed(const ScrapeRequest& request) const {
  GzipStream packed;
  std::string text;
  exposition_.render(
      request.endpoint, request.format, self_metrics_.collect(), text, [&](std::string& piece) {
        packed.add(piece);
        piece.clear();
      });
  packed.add(text);
  return packed.finish();
}

std::shared_ptr<const ScrapeResponse> Scraper::respond(const ScrapeRequest& request) {
  Cached& wanted = cached(request, request.gzip);
  if (wanted.response && fresh(wanted.collected_at)) {
    return wanted.response;
  }
  const SteadyTime taken = collected_at(request.endpoint);
  auto response = std::make_shared<ScrapeResponse>();
  if (request.gzip) {
    const Cached& plain = cached(request, false);
    const bool have_plain = plain.response && fresh(plain.collected_at);
    auto packed = have_plain ? gzip(plain.response->body) : render_compressed(request);
    response->gzip = packed.has_value();
    response->body = packed ? *std::move(packed) : render(request);
  } else {
    response->body = render(request);
  }
  wanted = {response, taken};
  return wanted.response;
}

}  // namespace supercargo
