#include "exporters/gelf/gelf_http_sender.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "exporters/gelf/gelf_cut.h"

namespace supercargo {
namespace {

constexpr std::size_t kGraylogBodyBytes = 64 << 10;  // what its HTTP input takes unless told more
constexpr std::size_t kShortestCut = 2 << 10;        // below, the text cannot be the reason
constexpr std::size_t kDetailBytes = 300;

constexpr std::size_t kMostRemembered = 100'000;

// Of a message's id (which stands in it once: a quote inside a text is escaped) and length: a line
// that is read again may have another time stamp where its file has none.
std::uint64_t fingerprint(std::string_view message) {
  constexpr std::string_view kId = "\"_supercargo_id\":\"";
  const std::size_t at = message.find(kId);
  const std::size_t begin = at == std::string_view::npos ? 0 : at + kId.size();
  const std::string_view id = message.substr(begin, message.find('"', begin) - begin);
  return std::hash<std::string_view>()(id) + 0x9E3779B97F4A7C15U * message.size();
}

bool is_success(int status) {
  return status >= 200 && status < 300;
}

// Refusals of the bytes themselves. All others (authorisation, a wrong path, overload) are about
// the receiver or the configuration, and end when those are set right: the log waits.
bool is_refusal(const HttpResult& result) {
  const std::string_view answer = result.answer;
  if (result.status == 400) {
    // A proxy's page, or a TLS port that was spoken to in clear, is no word about the message.
    return answer.find("HTTP request to an HTTPS") == std::string_view::npos &&
           !answer.starts_with('<');
  }
  return result.status == 411 || result.status == 415 || result.status == 422;
}

Outcome make_outcome(RequestId id, Outcome::Kind kind, HttpResult& result) {
  Outcome outcome{id, kind, {}, {}, result.retry_after};
  if (result.failure != HttpResult::Failure::kNone) {
    outcome.reason = failure_name(result.failure);
    outcome.detail = std::move(result.error);
    return outcome;
  }
  outcome.reason = "http_" + std::to_string(result.status);
  outcome.detail = std::move(result.answer);
  outcome.detail.resize(std::min(outcome.detail.size(), kDetailBytes));
  return outcome;
}

}  // namespace

GelfHttpSender::GelfHttpSender(const DeliveryConfig& delivery,
                               const GelfEndpoint& endpoint,
                               GelfEncoder::Options encoding,
                               const GelfCounters& counters,
                               std::unique_ptr<HttpClient> client)
    : max_in_flight_(std::max<std::size_t>(delivery.max_in_flight, 1)),
      url_(endpoint.text()),
      counters_(counters),
      encoder_(std::move(encoding), counters),
      client_(std::move(client)) {}

void GelfHttpSender::send(RequestId id) {
  Job& job = jobs_.emplace_back();
  job.id = id;
  job.messages.swap(open_);
  send_next(job);
}

void GelfHttpSender::send_next(Job& job) {
  take_message(job);
  if (!job.done) {
    post(job);
  }
}

// The next one that the receiver does not have yet.
void GelfHttpSender::take_message(Job& job) {
  while (job.taken < job.messages.size()) {
    const std::size_t end = job.messages.find('\0', job.taken);
    job.begin = std::exchange(job.taken, end + 1);
    job.message.assign(job.messages, job.begin, end - job.begin);
    job.cut = false;
    if (accepted_.empty() || accepted_.erase(fingerprint(job.message)) == 0) {
      return;
    }
  }
  job.done = true;
}

void GelfHttpSender::remember_accepted(const Job& job) {
  for (std::size_t at = 0; at < job.begin;) {
    const std::size_t end = job.messages.find('\0', at);
    if (accepted_.size() >= kMostRemembered) {
      accepted_.clear();  // repeats instead of memory
    }
    accepted_.insert(fingerprint(std::string_view(job.messages).substr(at, end - at)));
    at = end + 1;
  }
}

void GelfHttpSender::take_done(std::vector<Outcome>& outcomes) {
  std::erase_if(jobs_, [&outcomes](const Job& job) {
    if (job.done) {
      outcomes.push_back(Outcome{job.id, Outcome::Kind::kDelivered, {}, {}, Milliseconds{0}});
    }
    return job.done;
  });
}

void GelfHttpSender::post(const Job& job) {
  HttpPost request;
  request.id = job.id;
  request.url = url_;
  request.headers = {"Content-Type: application/json"};
  request.body = client_->take_buffer();
  request.body.append(job.message);
  client_->start(std::move(request));
}

void GelfHttpSender::wait(int wake_fd, Milliseconds timeout, std::vector<Outcome>& outcomes) {
  const std::size_t before = outcomes.size();
  SteadyTime now = steady_now();
  const SteadyTime end = now + timeout;
  take_done(outcomes);
  while (outcomes.size() == before) {
    results_.clear();
    client_->poll(wake_fd, std::chrono::ceil<Milliseconds>(end - now), results_);
    for (HttpResult& result : results_) {
      const auto job = std::find_if(
          jobs_.begin(), jobs_.end(), [&](const Job& known) { return known.id == result.id; });
      if (job != jobs_.end() && handle(*job, std::move(result), outcomes)) {
        jobs_.erase(job);
      }
    }
    take_done(outcomes);
    now = steady_now();
    const bool woken = results_.empty();
    if (woken || now >= end) {
      return;
    }
  }
}

bool GelfHttpSender::handle(Job& job, HttpResult result, std::vector<Outcome>& outcomes) {
  if (is_success(result.status)) {
    send_next(job);
    return false;
  }
  const bool too_long = result.status == 413;
  if (too_long && shorten(job)) {
    post(job);
    return false;
  }
  remember_accepted(job);
  Outcome::Kind kind = Outcome::Kind::kRetry;
  // Too long however short: not this message is to blame.
  if (!too_long && is_refusal(result)) {
    // Among several messages the one that is refused is found by making the requests smaller.
    const bool single = job.messages.find('\0') == job.messages.size() - 1;
    kind = single ? Outcome::Kind::kRefused : Outcome::Kind::kTooLarge;
  }
  outcomes.push_back(make_outcome(job.id, kind, result));
  return true;
}

bool GelfHttpSender::shorten(Job& job) {
  const std::size_t size = job.message.size();
  if (size <= kShortestCut ||
      !cut_gelf_message(job.message, 0, size > kGraylogBodyBytes ? kGraylogBodyBytes : size / 2) ||
      job.message.size() >= size) {
    return false;
  }
  if (!std::exchange(job.cut, true)) {
    counters_.truncated.Increment();
  }
  return true;
}

}  // namespace supercargo
