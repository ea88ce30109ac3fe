#include "tests/support/loki_stand_in.h"

#include <algorithm>
#include <cstdlib>

#include "agent/base/clock.h"
#include "agent/base/text.h"

namespace supercargo::test {
namespace {

constexpr std::string_view kPushPath = "/loki/api/v1/push";

bool has_labels(const LokiLine& line, const LabelPairs& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&line](const auto& pair) {
    return std::find(line.labels.begin(), line.labels.end(), pair) != line.labels.end();
  });
}

}  // namespace

LokiStandIn::LokiStandIn(LokiStandInOptions options)
    : options_(std::move(options)), store_(make_store()) {
  if (!options_.now_ns) {
    options_.now_ns = &unix_nanoseconds_now;
  }
  output_ = open(options_.output_file);
  refused_ = open(options_.refused_file);
  options_.http.cut_body = [this](const StandInRequest& request) { return cut(request); };
  server_ = std::make_unique<HttpStandIn>(
      options_.http, [this](const StandInRequest& request) { return handle(request); });
}

// Lines are recognised only where they are kept at all: a benchmark has too many of them.
std::unique_ptr<LokiStore> LokiStandIn::make_store() const {
  const bool recognise = options_.keep_lines || !options_.output_file.empty();
  return std::make_unique<LokiStore>(options_.limits, recognise);
}

LokiStandIn::~LokiStandIn() {
  server_->stop();
}

LokiStandIn::File LokiStandIn::open(const std::string& path) {
  File file(path.empty() ? nullptr : std::fopen(path.c_str(), "ae"), &std::fclose);
  if (file == nullptr && !path.empty()) {
    std::perror(path.c_str());
    std::abort();
  }
  return file;
}

// Flushed before the answer: a line that was acknowledged stands in the file.
void LokiStandIn::append(const File& file, const std::string& text) {
  if (file != nullptr) {
    std::fwrite(text.data(), 1, text.size(), file.get());
    std::fflush(file.get());
  }
}

void LokiStandIn::add_fault(const LokiFault& fault, int count) {
  const std::lock_guard lock(mutex_);
  faults_.add(fault, count);
}

void LokiStandIn::lift_faults() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

// The request will not get as far as push().
std::optional<std::size_t> LokiStandIn::cut(const StandInRequest& request) {
  const std::lock_guard lock(mutex_);
  return request.path == kPushPath ? faults_.take_cut() : std::nullopt;
}

void LokiStandIn::require_authorization(std::string value) {
  const std::lock_guard lock(mutex_);
  authorization_ = std::move(value);
}

std::vector<LokiLine> LokiStandIn::lines() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

LokiCounters LokiStandIn::counters() const {
  const std::lock_guard lock(mutex_);
  LokiCounters counters = counters_;
  counters.streams = store_->streams();
  counters.lost_silently = store_->lost_silently();
  return counters;
}

void LokiStandIn::set_limits(const LokiLimits& limits) {
  const std::lock_guard lock(mutex_);
  store_->set_limits(limits);
}

void LokiStandIn::set_limits(const std::string& tenant, const LokiLimits& limits) {
  const std::lock_guard lock(mutex_);
  store_->set_limits(tenant, limits);
}

StandInResponse LokiStandIn::handle(const StandInRequest& request) {
  if (request.path == kPushPath && request.method == "POST") {
    return push(request);
  }
  if (request.path == "/ready") {
    return text_answer(200, "ready\n");
  }
  if (request.path == "/stand-in/lines") {
    return list_lines(request);
  }
  if (request.path == "/stand-in/counters") {
    return list_counters();
  }
  return request.method == "POST" ? control(request) : text_answer(404, "404 page not found\n");
}

StandInResponse LokiStandIn::push(const StandInRequest& request) {
  const std::lock_guard lock(mutex_);
  ++counters_.requests;
  counters_.body_bytes += request.body_bytes;
  const LokiFault fault = faults_.take();
  StandInResponse response;
  if (fault.close == LokiFault::Close::kBeforeStoring) {
    response.close = true;
  } else if (fault.status != 0 && fault.status != 204) {
    response = text_answer(fault.status, fault.text);
  } else {
    response = treat(request);
    response.close = fault.close == LokiFault::Close::kAfterStoring;
    response.cut_bytes = fault.answer_bytes;
  }
  if (!fault.retry_after.empty()) {
    response.headers.emplace_back("Retry-After", fault.retry_after);
  }
  response.delay = options_.delay + fault.delay;
  ++counters_.answers[response.close ? 0 : response.status];
  return response;
}

StandInResponse LokiStandIn::treat(const StandInRequest& request) {
  if (!authorization_.empty() && request.header("authorization") != authorization_) {
    return text_answer(401, "no credentials that this stand-in knows\n");
  }
  if (options_.http.discard_bodies) {
    return text_answer(204, "");
  }
  if (request.header("content-type") != "application/x-protobuf") {
    return text_answer(415, "the stand-in reads application/x-protobuf only\n");
  }
  const std::string encoding = request.header("content-encoding");
  if (!encoding.empty() && encoding != "snappy") {
    return text_answer(400, "Content-Encoding \"" + encoding + "\" not supported\n");
  }
  std::string tenant = request.header("x-scope-orgid");
  if (tenant.empty() && options_.tenant_needed) {
    return text_answer(401, "no org id\n");
  }
  tenant = tenant.empty() ? "fake" : tenant;
  if (const auto status = static_cast<int>(store_->limits_of(tenant).answer_status); status != 0) {
    return text_answer(status, "every push of this tenant is answered so\n");
  }
  PushVerdict verdict = store_->push(request.body, tenant, options_.now_ns());
  keep(verdict);
  return text_answer(verdict.status, std::move(verdict.text));
}

void LokiStandIn::keep(PushVerdict& verdict) {
  count(counters_, verdict);
  std::string json;
  const std::int64_t now_ns = options_.now_ns();
  for (LokiLine& line : verdict.stored) {
    line.request = counters_.requests;
    line.received_ns = now_ns;
    if (output_ != nullptr) {
      append_json(json, line);
    }
  }
  append(output_, json);
  json.clear();
  for (RefusedLokiLine& refused : verdict.refused) {
    refused.line.request = counters_.requests;
    refused.line.received_ns = now_ns;
    if (refused_ != nullptr) {
      append_json(json, refused.line, refused.reason);
    }
  }
  append(refused_, json);
  if (options_.keep_lines) {
    std::copy_if(std::make_move_iterator(verdict.stored.begin()),
                 std::make_move_iterator(verdict.stored.end()),
                 std::back_inserter(lines_),
                 [this](const LokiLine& line) { return has_labels(line, options_.keep_only); });
  }
}

}  // namespace supercargo::test
