// What /stand-in/... does.

#include <algorithm>

#include "agent/base/text.h"
#include "tests/support/loki_stand_in.h"

namespace supercargo::test {
namespace {

bool matches(const LokiLine& line, const std::map<std::string, std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&line](const auto& pair) {
    return pair.first == "after" || pair.first == "limit" ||
           std::find(line.labels.begin(), line.labels.end(), std::pair(pair.first, pair.second)) !=
               line.labels.end();
  });
}

}  // namespace

StandInResponse LokiStandIn::control(const StandInRequest& request) {
  if (request.path == "/stand-in/fault") {
    return take_fault(request);
  }
  if (request.path == "/stand-in/limits") {
    return change_limits(request);
  }
  const std::lock_guard lock(mutex_);
  if (request.path == "/stand-in/lift") {
    faults_.clear();
  } else if (request.path == "/stand-in/forget_streams") {
    store_->forget_streams();
  } else if (request.path == "/stand-in/reset") {
    reset();
  } else {
    return text_answer(404, "404 page not found\n");
  }
  return text_answer(204, "");
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
  StandInResponse response;
  append_json(response.body, counters(), server_->connections());
  response.headers.emplace_back("Content-Type", "application/json");
  return response;
}

StandInResponse LokiStandIn::take_fault(const StandInRequest& request) {
  add_fault(parse_loki_fault(request), parse_number<int>(request.parameter("count")).value_or(1));
  return text_answer(204, "");
}

StandInResponse LokiStandIn::change_limits(const StandInRequest& request) {
  const std::lock_guard lock(mutex_);
  if (request.parameter("default") == "1") {
    store_->forget_own_limits();
    store_->set_limits(options_.limits);
  }
  const std::string tenant = request.parameter("tenant");
  LokiLimits limits = tenant.empty() ? store_->limits() : store_->limits_of(tenant);
  for (const auto& [name, value] : request.query) {
    if (name != "tenant" && name != "default" && !set_limit(limits, name, value)) {
      return text_answer(400, "no such limit, or no number: " + name + "\n");
    }
  }
  if (tenant.empty()) {
    store_->set_limits(limits);
  } else {
    store_->set_limits(tenant, limits);
  }
  return text_answer(204, "");
}

void LokiStandIn::reset() {
  store_ = make_store();
  counters_ = {};
  lines_.clear();
  faults_.clear();
}

}  // namespace supercargo::test
