#include "exporters/gelf/make_gelf_sender.h"

#include <string>
#include <utility>
#include <vector>

#include "exporters/gelf/failover_sender.h"
#include "exporters/gelf/gelf_chunks.h"
#include "exporters/gelf/gelf_endpoint.h"
#include "exporters/gelf/gelf_http_sender.h"
#include "exporters/gelf/gelf_tcp_sender.h"
#include "exporters/gelf/gelf_udp_sender.h"
#include "exporters/gelf/tls_session.h"
#include "exporters/transport/http_client.h"
#include "exporters/transport/tls_options.h"

namespace supercargo {
namespace {

using Transport = GelfEndpoint::Transport;

constexpr std::size_t kFieldBytes = 2048;        // for the names of pod and container, and the like
constexpr std::size_t kLargestDatagram = 65507;  // of UDP over IPv4

LineLevel stderr_level(GelfConfig::StderrLevel level) {
  switch (level) {
    case GelfConfig::StderrLevel::kError:
      return LineLevel::kError;
    case GelfConfig::StderrLevel::kWarning:
      return LineLevel::kWarning;
    case GelfConfig::StderrLevel::kNotice:
      return LineLevel::kNotice;
    case GelfConfig::StderrLevel::kInfo:
      break;
  }
  return LineLevel::kInfo;
}

Error config_error(std::string message) {
  return Error{ErrorCode::kConfig, std::move(message)};
}

Status check_udp(const GelfConfig& config) {
  if (config.udp_compression != "gzip" && config.udp_compression != "none") {
    return config_error("udp_compression: expected gzip or none");
  }
  if (config.udp_chunk_bytes < 128 || config.udp_chunk_bytes > kLargestDatagram) {
    return config_error("udp_chunk_bytes: expected 128 to 65507");
  }
  return Ok{};
}

// What a message holds beside its text must leave room for text.
Status check_room(const GelfConfig& config, Transport transport, std::size_t static_bytes) {
  const std::size_t fixed = static_bytes + config.host.size() + kFieldBytes;
  if (config.max_message_bytes < 2 * fixed) {
    return config_error("max_message_bytes: must be at least " + std::to_string(2 * fixed) +
                        " with these static_fields");
  }
  if (transport == Transport::kUdp && max_chunked_bytes(config.udp_chunk_bytes) < 2 * fixed) {
    return config_error("udp_chunk_bytes: too small for 128 chunks to hold these static_fields");
  }
  return Ok{};
}

Result<std::unique_ptr<Sender>> make_http(const GelfConfig& config,
                                          const DeliveryConfig& delivery,
                                          const GelfEndpoint& endpoint,
                                          GelfEncoder::Options encoding,
                                          const GelfCounters& counters) {
  HttpClientOptions options;
  options.auth = config.auth;
  options.tls = config.tls;
  options.request_timeout = delivery.request_timeout;
  options.max_connections = config.connections;
  Result<std::unique_ptr<HttpClient>> client = HttpClient::create(std::move(options));
  if (!client) {
    return std::move(client).error();
  }
  return std::unique_ptr<Sender>(std::make_unique<GelfHttpSender>(
      config, delivery, endpoint, std::move(encoding), counters, std::move(*client)));
}

Status check(const GelfConfig& config, const GelfEndpoint& endpoint, std::size_t static_bytes) {
  const Transport transport = endpoint.transport;
  Status checked = transport == Transport::kUdp ? check_udp(config) : Ok{};
  checked = checked ? check_room(config, transport, static_bytes) : std::move(checked);
  checked = checked ? check_tls_files(config.tls) : std::move(checked);
  if (checked && transport == Transport::kTls) {
    const auto session = TlsSession::create(config.tls, endpoint.host);
    checked = session ? Status(Ok{}) : Status(Error(session.error()));
  }
  return checked;
}

Result<std::unique_ptr<Sender>> make_one(const GelfConfig& config,
                                         const DeliveryConfig& delivery,
                                         const GelfEndpoint& endpoint,
                                         const GelfCounters& counters,
                                         const SenderInputs& inputs) {
  LogPlace place = inputs.place.without(config.static_fields);
  Result<std::string> fields = render_static_fields(config.static_fields);
  if (!fields) {
    return std::move(fields).error();
  }
  Status checked = check(config, endpoint, fields->size() + place.most_bytes());
  if (!checked) {
    return std::move(checked).error();
  }
  GelfEncoder::Options encoding{config.host,
                                std::move(*fields),
                                config.max_message_bytes,
                                stderr_level(config.stderr_level),
                                std::move(place),
                                inputs.facts,
                                inputs.parse};
  switch (endpoint.transport) {
    case Transport::kUdp:
      return std::unique_ptr<Sender>(std::make_unique<GelfUdpSender>(
          config, delivery, endpoint, std::move(encoding), counters));
    case Transport::kTcp:
    case Transport::kTls:
      return std::unique_ptr<Sender>(std::make_unique<GelfTcpSender>(
          config, delivery, endpoint, std::move(encoding), counters));
    case Transport::kHttp:
    case Transport::kHttps:
      break;
  }
  return make_http(config, delivery, endpoint, std::move(encoding), counters);
}

}  // namespace

Result<std::unique_ptr<Sender>> make_gelf_sender(const GelfConfig& config,
                                                 const DeliveryConfig& delivery,
                                                 std::string_view output_name,
                                                 SelfMetrics& metrics,
                                                 const SenderInputs& inputs) {
  const GelfCounters counters(metrics, output_name);
  std::vector<std::string> urls{config.url};
  urls.insert(urls.end(), config.failover_urls.begin(), config.failover_urls.end());
  std::vector<FailoverSender::Address> addresses;
  for (const std::string& url : urls) {
    Result<GelfEndpoint> endpoint = parse_gelf_url(url);
    if (!endpoint) {
      return std::move(endpoint).error();
    }
    Result<std::unique_ptr<Sender>> sender =
        make_one(config, delivery, *endpoint, counters, inputs);
    if (!sender || urls.size() == 1) {
      return sender;
    }
    AddressProbe probe(*endpoint, config.tls, delivery.request_timeout);
    addresses.push_back({endpoint->text(), std::move(*sender), std::move(probe)});
  }
  return std::unique_ptr<Sender>(std::make_unique<FailoverSender>(
      std::move(addresses), config.failover_retry, output_name, metrics));
}

}  // namespace supercargo
