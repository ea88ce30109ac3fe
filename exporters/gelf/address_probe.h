// Whether a receiver can be connected to, without sending it anything.
//
// A FailoverSender owns one for each address; the output's thread. Never blocks. With TLS the
// handshake is a part of it. UDP has no connection: whoever asks is told yes.
#pragma once

#include <memory>
#include <optional>

#include "agent/base/clock.h"
#include "agent/base/result.h"
#include "agent/config/agent_config.h"
#include "exporters/gelf/gelf_endpoint.h"
#include "exporters/gelf/stream_connection.h"

namespace supercargo {

class AddressProbe {
 public:
  AddressProbe(const GelfEndpoint& endpoint, const TlsConfig& tls, Milliseconds timeout);

  void start(SteadyTime now);

  [[nodiscard]] bool running() const { return running_; }

  // Goes on with it. The answer, once; nothing while it is not there. Requires: running().
  [[nodiscard]] std::optional<Status> look(SteadyTime now);

 private:
  const GelfEndpoint endpoint_;
  const TlsConfig tls_;
  const Milliseconds timeout_;
  const bool connects_;
  std::unique_ptr<StreamConnection> connection_;
  bool running_ = false;
};

}  // namespace supercargo
