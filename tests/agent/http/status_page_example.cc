// The status page of a busy node, to be looked at: `status_page_example > page.html`.
#include <array>
#include <cstdio>
#include <string>

#include "agent/http/status_page.h"

namespace {

using supercargo::ContainerStatus;
using supercargo::OutputStatus;
using supercargo::StatusSnapshot;

OutputStatus output(const char* name, const char* type, const char* destination) {
  OutputStatus status;
  status.name = name;
  status.type = type;
  status.destination = destination;
  status.state = OutputStatus::State::kSending;
  status.delivered_bytes = 48'318'382'080;
  status.delivered_lines = 214'889'301;
  status.requests_in_flight = 2;
  status.pending_bytes = 18'432;
  status.oldest_pending_seconds = 0.4;
  return status;
}

ContainerStatus container(std::size_t i) {
  static constexpr std::array<const char*, 6> kNamespaces{
      "checkout", "ingress-nginx", "kube-system", "monitoring", "payments", "search"};
  static constexpr std::array<const char*, 5> kApps{
      "api-gateway", "order-worker", "recommendation-service", "web", "session-cache"};
  ContainerStatus row;
  row.pod_namespace = kNamespaces[i * 6 / 250];
  row.container = kApps[i % kApps.size()];
  row.pod = row.container + "-7d9f8b6c5d-" + std::to_string(10'000 + i * 37);
  row.memory_bytes = static_cast<double>(8 + i * 13 % 900) * 1'048'576;
  if (i % 17 != 3) {
    row.cpu_cores = static_cast<double>(i * i % 977) / 700;
    row.log_bytes_per_second = static_cast<double>(i * 7'919 % 90'000);
  }
  row.lags = {ContainerStatus::Lag{i % 4 == 0 ? i * 100 : 0, 0.3},
              ContainerStatus::Lag{i * 40'000, static_cast<double>(i) * 1.4}};
  if (i % 29 == 5) {
    row.lags[1].reset();
  }
  return row;
}

}  // namespace

int main() {
  StatusSnapshot status;
  status.version = "0.1.0";
  status.node = "worker-eu-3.example.internal";
  status.uptime_seconds = 358'000;
  status.rate_window_seconds = 5.2;
  status.outputs = {output("loki", "loki", "https://loki.example:3100"),
                    output("graylog", "gelf", "tcp://graylog.example:12201")};
  status.outputs[1].state = OutputStatus::State::kRetrying;
  status.outputs[1].last_error = "connect to graylog.example:12201: Connection refused";
  status.outputs[1].pending_bytes = 1'273'000'000;
  status.outputs[1].oldest_pending_seconds = 341;
  status.outputs[1].dropped_lines = 12;
  for (std::size_t i = 0; i < 250; ++i) {
    status.containers.push_back(container(i));
  }
  const std::string page = supercargo::status_page(status);
  std::fwrite(page.data(), 1, page.size(), stdout);
}
