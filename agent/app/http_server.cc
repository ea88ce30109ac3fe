#include "agent/app/http_server.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "agent/base/log.h"
#include "agent/http/web_access.h"

namespace supercargo {

Result<std::unique_ptr<Server>> start_http_server(boost::asio::io_context& io,
                                                  const HttpConfig& config,
                                                  bool demo,
                                                  Server::Handler handler) {
  Result<std::shared_ptr<WebAccess>> access = WebAccess::open(config.web_config_file);
  if (!access) {
    return std::move(access).error();
  }
  const bool tls = (*access)->state()->tls != nullptr;
  Result<std::unique_ptr<Server>> server =
      Server::start(io, config.listen, std::move(handler), {}, std::move(*access));
  if (!server) {
    Error error = std::move(server).error().with_context("http.listen");
    error.message +=
        "; stop the program that uses the address, or choose another one with http.listen or "
        "--listen";
    return error;
  }
  const std::string address =
      fmt::format("{}://localhost:{}", tls ? "https" : "http", (*server)->port());
  if (demo) {
    fmt::print(stderr, "Metrics: {0}/metrics  Status page: {0}/  (Ctrl-C stops)\n", address);
  }
  log_info(
      "Listening.",
      {{"address", config.listen}, {"metrics", address + "/metrics"}, {"status", address + "/"}});
  return server;
}

}  // namespace supercargo
