#include "exporters/gelf/address_probe.h"

#include <utility>

namespace supercargo {
namespace {

using Transport = GelfEndpoint::Transport;

GelfEndpoint as_stream(GelfEndpoint endpoint) {
  const bool tls = endpoint.transport == Transport::kTls || endpoint.transport == Transport::kHttps;
  endpoint.transport = tls ? Transport::kTls : Transport::kTcp;
  endpoint.path.clear();
  return endpoint;
}

}  // namespace

AddressProbe::AddressProbe(const GelfEndpoint& endpoint, const TlsConfig& tls, Milliseconds timeout)
    : endpoint_(as_stream(endpoint)),
      tls_(tls),
      timeout_(timeout),
      connects_(endpoint.transport != Transport::kUdp) {}

void AddressProbe::start(SteadyTime now) {
  running_ = true;
  if (connects_) {
    connection_ = std::make_unique<StreamConnection>(endpoint_, tls_, timeout_);
    connection_->open(now);
  }
}

// A connection that is not needed any more is closed in order, not reset: nothing is wrong.
std::optional<Status> AddressProbe::look(SteadyTime now) {
  Status status = connects_ ? connection_->advance(now) : Ok{};
  if (status && connects_ && connection_->state() != StreamConnection::State::kOpen) {
    return std::nullopt;
  }
  running_ = false;
  connection_.reset();
  return status;
}

}  // namespace supercargo
