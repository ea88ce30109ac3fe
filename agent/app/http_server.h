// The agent's own server as the configuration wants it.
//
// A free function; main thread, once at start.
#pragma once

#include <memory>

#include <boost/asio/io_context.hpp>

#include "agent/base/result.h"
#include "agent/config/agent_config.h"
#include "agent/http/server.h"

namespace supercargo {

// Says in the log, and to whoever looks at the demo, where it listens. Errors begin with the key
// that is to blame, or have places in the web configuration file.
[[nodiscard]] Result<std::unique_ptr<Server>> start_http_server(boost::asio::io_context& io,
                                                                const HttpConfig& config,
                                                                bool demo,
                                                                Server::Handler handler);

}  // namespace supercargo
