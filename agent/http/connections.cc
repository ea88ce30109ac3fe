#include <cstddef>
#include <cstdint>
#include <map>

#include "agent/http/session.h"

namespace supercargo {

PeerAddress peer_of(const boost::asio::ip::tcp::socket& socket) {
  boost::system::error_code error;
  const PeerAddress address = socket.remote_endpoint(error).address();
  if (!error && address.is_v6() && address.to_v6().is_v4_mapped()) {
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
  }
  return error ? PeerAddress() : address;
}

// What waits for a request gives way first, but not at once: the request of a client that has just
// come is on its way. Of those that write, the one that does so longest; when it is not slow yet,
// of clients that would still have as many as the newcomer's: one client that reads slowly from
// many connections, each for a short time, keeps nobody else out.
Connection* Connections::least_needed(const PeerAddress& newcomer, SteadyTime now) const {
  std::map<PeerAddress, std::size_t> of_peer;
  Connection* slowest = nullptr;
  for (Connection* connection : list_) {
    if (const auto waiting = connection->waiting_since()) {
      if (now - *waiting >= limits.idle_before_yield) {
        return connection;
      }
      continue;
    }
    ++of_peer[connection->peer()];
    const auto since = connection->writing_since();
    if (since && (slowest == nullptr || *since < *slowest->writing_since())) {
      slowest = connection;
    }
  }
  if (slowest != nullptr && now - *slowest->writing_since() >= limits.slow_after) {
    return slowest;
  }
  Connection* greediest = nullptr;
  std::size_t most = of_peer[newcomer] + 1;
  for (Connection* connection : list_) {
    if (const std::size_t count = of_peer[connection->peer()];
        connection->writing_since() && count > most) {
      greediest = connection;
      most = count;
    }
  }
  return greediest;
}

bool Connections::make_room(const PeerAddress& newcomer, SteadyTime now) {
  if (list_.size() < limits.max_connections) {
    return true;
  }
  Connection* const found = least_needed(newcomer, now);
  if (found != nullptr) {
    found->close();
  }
  return found != nullptr;
}

void Connections::tell_failed_handshake(std::string_view why) {
  std::uint64_t left_out = 0;
  if (handshake_log_.allow(steady_now(), left_out)) {
    log_warn("TLS handshake failed.", {{"error", why}, {"left_out", left_out}});
  }
}

void Connections::close_all() {
  closed_ = true;
  for (Connection* connection : list_) {
    connection->close();
  }
}

}  // namespace supercargo
