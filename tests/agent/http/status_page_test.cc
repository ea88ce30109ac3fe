#include "agent/http/status_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace supercargo {
namespace {

using testing::HasSubstr;
using testing::Not;

OutputStatus loki() {
  OutputStatus output;
  output.name = "loki";
  output.type = "loki";
  output.destination = "http://loki:3100";
  output.state = OutputStatus::State::kRetrying;
  output.last_error = "503 <b>busy</b>";
  output.requests_in_flight = 2;
  output.pending_bytes = 3 << 20;
  output.oldest_pending_seconds = 75;
  output.delivered_bytes = 5 << 20;
  output.delivered_lines = 12'345;
  output.dropped_lines = 7;
  return output;
}

StatusSnapshot example() {
  StatusSnapshot status;
  status.version = "1.2.3";
  status.node = "node-1";
  status.uptime_seconds = 7'500;
  status.rate_window_seconds = 12;
  status.outputs = {loki(), loki()};
  status.outputs[1].name = "graylog";
  ContainerStatus container;
  container.pod_namespace = "shop";
  container.pod = "web-1";
  container.container = "nginx";
  container.cpu_cores = 0.25;
  container.memory_bytes = 64 << 20;
  container.log_bytes_per_second = 2048;
  container.lags = {ContainerStatus::Lag{4096, 3}, std::nullopt};
  status.containers.push_back(container);
  return status;
}

TEST(StatusPage, ShowsTheAgentItsOutputsAndContainers) {
  const std::string page = status_page(example());
  for (const char* part : {"<title>Supercargo on node-1</title>",
                           "version 1.2.3, up 2 h 5 m",
                           "rates over the last 12 s",
                           "href=\"/metrics\"",
                           "href=\"/config\"",
                           "href=\"/ledger\"",
                           ">http://loki:3100 <span class=\"age\">loki</span>",
                           "class=\"state retrying\">retrying<",
                           ">5.0 MiB<",
                           ">12,345<",
                           ">3.0 MiB <span class=\"age\">1 m 15 s</span><",
                           "data-l=\"In flight\" class=\"n\">2<",
                           ">shop<",
                           ">web-1<",
                           ">nginx<",
                           ">0.25<",
                           ">64 MiB<",
                           ">2.0 KiB/s<",
                           "data-l=\"Pending for loki\" class=\"n\">4.0 KiB",
                           "data-l=\"Pending for graylog\" class=\"n none\">&ndash;<"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  EXPECT_THAT(page, Not(HasSubstr("<script")));
}

TEST(StatusPage, EscapesAllTextFromOutside) {
  StatusSnapshot status = example();
  const std::string hostile = "<script>\"'&";
  status.version = status.node = hostile;
  status.outputs[0].name = status.outputs[0].type = status.outputs[0].destination = hostile;
  status.outputs[0].last_error = hostile;
  auto& container = status.containers[0];
  container.pod_namespace = container.pod = container.container = hostile;
  const std::string page = status_page(status);
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("\"'&")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;&quot;&#39;&amp;"));
}

TEST(StatusPage, SaysWhatIsNotThere) {
  StatusSnapshot status;
  status.node = "n";
  const std::string page = status_page(status);
  EXPECT_THAT(page, HasSubstr("None is configured: logs are not sent anywhere."));
  EXPECT_THAT(page, HasSubstr("rates from the next look on"));
}

TEST(StatusPage, RefreshesOnlyWhenAsked) {
  StatusSnapshot status = example();
  EXPECT_THAT(status_page(status), Not(HasSubstr("http-equiv=\"refresh\"")));
  status.refresh_seconds = 5;
  EXPECT_THAT(status_page(status), HasSubstr("http-equiv=\"refresh\" content=\"5\""));
}

TEST(StatusPage, StaysSmallWith250Containers) {
  StatusSnapshot status = example();
  status.containers.resize(250, status.containers[0]);
  EXPECT_LT(status_page(status).size(), std::size_t{200} << 10);
}

}  // namespace
}  // namespace supercargo
