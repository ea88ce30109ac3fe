// The connections of a Server: what they share, and the one function that serves a connection.
//
// For server.cc only. All of it belongs to the main thread. Connections are kept alive by their own
// operations; the table knows them without owning them.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "agent/base/log.h"
#include "agent/http/server.h"
#include "agent/http/web_access.h"

namespace supercargo {

// An IPv4 address is one, also on a socket of IPv6; where nobody can tell it is unspecified.
using PeerAddress = boost::asio::ip::address;

[[nodiscard]] PeerAddress peer_of(const boost::asio::ip::tcp::socket& socket);

class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  virtual void close() = 0;

  // While no request is being answered: since when.
  [[nodiscard]] virtual std::optional<SteadyTime> waiting_since() const = 0;

  // While an answer is on its way to the client: since when.
  [[nodiscard]] virtual std::optional<SteadyTime> writing_since() const = 0;

  [[nodiscard]] virtual const PeerAddress& peer() const = 0;
};

class Connections {
 public:
  using Place = std::list<Connection*>::iterator;

  Connections(Server::Handler its_handler,
              ServerLimits its_limits,
              std::shared_ptr<WebAccess> its_access)
      : handler(std::move(its_handler)), limits(its_limits), access(std::move(its_access)) {}

  const Server::Handler handler;
  const ServerLimits limits;
  const std::shared_ptr<WebAccess> access;

  Place add(Connection* connection) { return list_.insert(list_.end(), connection); }

  void remove(Place place) { list_.erase(place); }

  // It waits for a request from now on: of all that wait, the shortest.
  void move_to_end(Place place) { list_.splice(list_.end(), list_, place); }

  // When there are as many as may be, closes the one that waits longest, else one whose client
  // reads slowly, else one of a client that has more than its share. False when there is none.
  [[nodiscard]] bool make_room(const PeerAddress& newcomer, SteadyTime now);

  // Logs it now and then.
  void tell_failed_handshake(std::string_view why);

  void close_all();

  // After close_all: no handler is called and nothing is answered any more.
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  [[nodiscard]] Connection* least_needed(const PeerAddress& newcomer, SteadyTime now) const;

  std::list<Connection*> list_;
  LogLimiter handshake_log_;
  bool closed_ = false;
};

// Answers the requests of one connection until its end.
void serve_connection(boost::asio::ip::tcp::socket socket,
                      std::shared_ptr<Connections> connections);

}  // namespace supercargo
