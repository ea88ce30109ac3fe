#include "tests/exporters/gelf/gelf_scenario.h"

#include <utility>

#include <nlohmann/json.hpp>

namespace supercargo::test {

GelfScenario::GelfScenario() {
  delivery.batch_bytes = 32 << 10;
  delivery.batch_wait = Milliseconds(0);
  delivery.request_timeout = Milliseconds(1'000);
  delivery.backoff = {Milliseconds(5), Milliseconds(20)};
  config.confirm_after = Milliseconds(250);
  config.failover_retry = Milliseconds(300);
  if (scheme() == "tls" || scheme() == "https") {
    const auto pem = authority_.issue("graylog", "IP:127.0.0.1");
    tree_.file("server.pem", pem.certificate);
    tree_.file("server.key", pem.key);
    tree_.file("ca.pem", authority_.certificate());
    server_options.certificate_file = tree_.path("server.pem");
    server_options.key_file = tree_.path("server.key");
    config.tls.ca_file = tree_.path("ca.pem");
  }
}

std::string GelfScenario::url_of(const GraylogStandIn& server) const {
  const bool http = scheme().starts_with("http");
  const std::uint16_t port = http                ? server.http_port()
                             : scheme() == "udp" ? server.udp_port()
                                                 : server.tcp_port();
  return scheme() + "://127.0.0.1:" + std::to_string(port);
}

void GelfScenario::start(const std::vector<std::string>& urls) {
  config.url = urls.front();
  config.failover_urls.assign(urls.begin() + 1, urls.end());
  auto sender = make_gelf_sender(config, delivery, "graylog", metrics);
  ASSERT_TRUE(sender) << sender.error().message;
  auto source = std::make_unique<LineSource>();
  source_ = source.get();
  loop_ = std::make_unique<DeliveryLoop>(OutputIdentity{"graylog", "gelf", config.url},
                                         delivery,
                                         std::move(source),
                                         std::move(*sender),
                                         metrics);
}

bool GelfScenario::run_until_settled(std::size_t lines) {
  return run_until([&] { return source_->settled() >= lines; });
}

std::vector<std::string> GelfScenario::first_arrivals(const std::vector<std::string>& messages,
                                                      const std::string& pod) {
  std::vector<std::string> texts;
  std::set<std::string> seen;
  for (const std::string& text : messages) {
    const auto message = nlohmann::json::parse(text);
    const bool wanted = pod.empty() || message.at("_pod") == pod;
    if (wanted && seen.insert(message.at("_supercargo_id")).second) {
      texts.push_back(message.value("full_message", message.at("short_message")));
    }
  }
  return texts;
}

std::vector<std::string> numbered_lines(std::size_t count, std::size_t bytes) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < count; ++i) {
    lines.push_back(std::to_string(i) + " " + std::string(bytes, 'x'));
  }
  return lines;
}

}  // namespace supercargo::test
