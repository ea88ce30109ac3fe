#include "agent/http/routes.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "agent/base/text.h"
#include "exporters/prometheus/negotiate.h"

namespace supercargo {
namespace {

constexpr std::array<std::pair<std::string_view, Endpoint>, 4> kEndpoints{{
    {"/metrics", Endpoint::kAll},
    {"/metrics/cadvisor", Endpoint::kCadvisor},
    {"/metrics/node", Endpoint::kNode},
    {"/metrics/self", Endpoint::kSelf},
}};

constexpr std::array<std::string_view, 3> kLocalPaths{"/", "/config", "/ledger"};

constexpr std::string_view kNotFound =
    "not found; there are / /metrics /metrics/cadvisor /metrics/node /metrics/self /healthz "
    "/readyz /config /ledger\n";

constexpr std::string_view kOnlyLocal =
    "this page answers only to the machine itself, since it asks for no password; use kubectl "
    "port-forward, ask from the node, or set passwords (http.web_config_file)\n";

std::optional<Endpoint> endpoint_of(std::string_view path) {
  for (const auto& [name, endpoint] : kEndpoints) {
    if (name == path) {
      return endpoint;
    }
  }
  return std::nullopt;
}

HttpResponse health_response(const HealthAnswer& answer) {
  return answer.ok ? text_response(200, "ok\n") : text_response(503, answer.text + "\n");
}

// `refresh=5` in the query of the status page.
std::optional<std::uint32_t> refresh_seconds(std::string_view query) {
  constexpr std::uint32_t kLongest = 3600;
  constexpr std::string_view kName = "refresh=";
  if (!query.starts_with(kName)) {
    return std::nullopt;
  }
  const auto seconds = parse_number<std::uint32_t>(query.substr(kName.size()));
  return seconds ? std::optional(std::clamp<std::uint32_t>(*seconds, 1, kLongest)) : std::nullopt;
}

}  // namespace

void Routes::metrics(Endpoint endpoint, const HttpRequest& request, const HttpReply& reply) const {
  const NegotiatedFormat negotiated = negotiate_format(request.header("accept"));
  ScrapeRequest scrape;
  scrape.endpoint = endpoint;
  scrape.format = negotiated.format;
  scrape.gzip = negotiate_gzip(request.header("accept-encoding"));
  scrape.timeout = scrape_timeout(request.header("x-prometheus-scrape-timeout-seconds"));
  scraper_.scrape(
      scrape,
      [reply, type = negotiated.content_type](std::shared_ptr<const ScrapeResponse> scraped) {
        HttpResponse response;
        response.content_type = type;
        response.gzip = scraped->gzip;
        const std::string* const body = &scraped->body;
        response.body = std::shared_ptr<const std::string>(std::move(scraped), body);
        reply(std::move(response));
      });
}

void Routes::status(const HttpRequest& request, const HttpReply& reply) const {
  sources_.status([reply, refresh = refresh_seconds(request.query)](StatusSnapshot snapshot) {
    snapshot.refresh_seconds = refresh;
    HttpResponse response = text_response(200, status_page(snapshot));
    response.content_type = "text/html; charset=utf-8";
    reply(std::move(response));
  });
}

void Routes::handle(const HttpRequest& request, const HttpReply& reply) const {
  if (const auto endpoint = endpoint_of(request.path)) {
    metrics(*endpoint, request, reply);
  } else if (request.path == "/healthz") {
    reply(health_response(sources_.health()));
  } else if (request.path == "/readyz") {
    reply(health_response(sources_.ready()));
  } else if (std::find(kLocalPaths.begin(), kLocalPaths.end(), request.path) == kLocalPaths.end()) {
    reply(text_response(404, std::string(kNotFound)));
  } else if (!request.from_loopback && !request.trusted) {
    reply(text_response(403, std::string(kOnlyLocal)));
  } else if (request.path == "/config") {
    reply(text_response(200, sources_.config()));
  } else if (request.path == "/ledger") {
    HttpResponse response = text_response(200, ledger_json(sources_.ledger(), steady_now()));
    response.content_type = "application/json";
    reply(std::move(response));
  } else {
    status(request, reply);
  }
}

}  // namespace supercargo
