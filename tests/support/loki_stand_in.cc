#include "tests/support/loki_stand_in.h"

#include <algorithm>
#include <cstdlib>

#include "agent/base/clock.h"
#include "agent/base/json_writer.h"
#include "agent/base/text.h"

namespace supercargo::test {
namespace {

constexpr std::string_view kPushPath = "/loki/api/v1/push";

void write_pairs(JsonWriter& json, std::string_view key, const LabelPairs& pairs) {
  json.key(key);
  json.begin_object();
  for (const auto& [name, value] : pairs) {
    json.member(name, std::string_view(value));
  }
  json.end_object();
}

void append_json(std::string& out, const LokiLine& line) {
  JsonWriter json(out);
  json.begin_object();
  json.member("time_ns", line.time_ns);
  json.member("received_ns", line.received_ns);
  json.member("tenant", std::string_view(line.tenant));
  json.member("request", line.request);
  write_pairs(json, "labels", line.labels);
  write_pairs(json, "metadata", line.metadata);
  json.member("line", std::string_view(line.line));
  json.end_object();
  out += '\n';
}

bool matches(const LokiLine& line, const std::map<std::string, std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&line](const auto& pair) {
    return pair.first == "after" || pair.first == "limit" ||
           std::find(line.labels.begin(), line.labels.end(), std::pair(pair.first, pair.second)) !=
               line.labels.end();
  });
}

bool has_labels(const LokiLine& line, const LabelPairs& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&line](const auto& pair) {
    return std::find(line.labels.begin(), line.labels.end(), pair) != line.labels.end();
  });
}

StandInResponse text_answer(int status, std::string text) {
  StandInResponse response;
  response.status = status;
  response.body = std::move(text);
  return response;
}

}  // namespace

LokiStandIn::LokiStandIn(LokiStandInOptions options)
    : options_(std::move(options)), store_(options_.limits) {
  if (!options_.now_ns) {
    options_.now_ns = &unix_nanoseconds_now;
  }
  if (!options_.output_file.empty()) {
    output_.reset(std::fopen(options_.output_file.c_str(), "ae"));
    if (output_ == nullptr) {
      std::perror(options_.output_file.c_str());
      std::abort();
    }
  }
  options_.http.cut_body = [this](const StandInRequest& request) { return cut(request); };
  server_ = std::make_unique<HttpStandIn>(
      options_.http, [this](const StandInRequest& request) { return handle(request); });
}

LokiStandIn::~LokiStandIn() {
  server_->stop();
}

void LokiStandIn::add_fault(const LokiFault& fault, int count) {
  const std::lock_guard lock(mutex_);
  faults_.add(fault, count);
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
  return counters_;
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
  if (request.path == "/stand-in/fault" && request.method == "POST") {
    return take_fault(request);
  }
  if (request.path == "/stand-in/lift" && request.method == "POST") {
    return lift();
  }
  if (request.path == "/stand-in/reset" && request.method == "POST") {
    return reset();
  }
  return text_answer(404, "404 page not found\n");
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
  const std::string tenant = request.header("x-scope-orgid");
  PushVerdict verdict =
      store_.push(request.body, tenant.empty() ? "fake" : tenant, options_.now_ns());
  keep(verdict);
  return text_answer(verdict.status, std::move(verdict.text));
}

void LokiStandIn::keep(PushVerdict& verdict) {
  counters_.refused_lines += verdict.refused;
  counters_.duplicate_lines += verdict.duplicates;
  counters_.stored_lines += verdict.stored.size();
  std::string json;
  const std::int64_t now_ns = options_.now_ns();
  for (LokiLine& line : verdict.stored) {
    line.request = counters_.requests;
    line.received_ns = now_ns;
    counters_.stored_bytes += line.line.size();
    if (output_ != nullptr) {
      append_json(json, line);
    }
  }
  if (output_ != nullptr) {
    // Flushed before the answer: a line that was acknowledged stands in the file.
    std::fwrite(json.data(), 1, json.size(), output_.get());
    std::fflush(output_.get());
  }
  if (options_.keep_lines) {
    std::copy_if(std::make_move_iterator(verdict.stored.begin()),
                 std::make_move_iterator(verdict.stored.end()),
                 std::back_inserter(lines_),
                 [this](const LokiLine& line) { return has_labels(line, options_.keep_only); });
  }
}

StandInResponse LokiStandIn::list_lines(const StandInRequest& request) const {
  const std::lock_guard lock(mutex_);
  std::size_t left = parse_number<std::size_t>(request.parameter("limit")).value_or(lines_.size());
  const auto after = parse_number<std::size_t>(request.parameter("after")).value_or(0);
  StandInResponse response;
  for (std::size_t i = after; i < lines_.size() && left > 0; ++i) {
    if (matches(lines_[i], request.query)) {
      append_json(response.body, lines_[i]);
      --left;
    }
  }
  response.headers.emplace_back("Content-Type", "application/x-ndjson");
  return response;
}

StandInResponse LokiStandIn::list_counters() const {
  const std::lock_guard lock(mutex_);
  StandInResponse response;
  JsonWriter json(response.body);
  json.begin_object();
  json.member("requests", counters_.requests);
  json.member("connections", server_->connections());
  json.member("streams", std::uint64_t{store_.streams()});
  json.member("body_bytes", counters_.body_bytes);
  json.member("stored_lines", counters_.stored_lines);
  json.member("stored_bytes", counters_.stored_bytes);
  json.member("refused_lines", counters_.refused_lines);
  json.member("duplicate_lines", counters_.duplicate_lines);
  json.key("answers");
  json.begin_object();
  for (const auto& [status, count] : counters_.answers) {
    json.member(std::to_string(status), count);
  }
  json.end_object();
  json.end_object();
  response.body += '\n';
  response.headers.emplace_back("Content-Type", "application/json");
  return response;
}

StandInResponse LokiStandIn::take_fault(const StandInRequest& request) {
  add_fault(parse_loki_fault(request), parse_number<int>(request.parameter("count")).value_or(1));
  return text_answer(204, "");
}

StandInResponse LokiStandIn::lift() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
  return text_answer(204, "");
}

StandInResponse LokiStandIn::reset() {
  const std::lock_guard lock(mutex_);
  store_ = LokiStore(options_.limits);
  counters_ = {};
  lines_.clear();
  faults_.clear();
  return text_answer(204, "");
}

}  // namespace supercargo::test
