// The connections of a Server: what they share, and the one function that serves a connection.
//
// For server.cc only. All of it belongs to the main thread. Connections are kept alive by their own
// operations; the table knows them without owning them.
#pragma once

#include <list>
#include <memory>
#include <utility>

#include <boost/asio/ip/tcp.hpp>

#include "agent/base/log.h"
#include "agent/http/server.h"
#include "agent/http/web_access.h"

namespace supercargo {

class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  virtual void close() = 0;

  // False while a request is being answered.
  [[nodiscard]] virtual bool waits_for_request() const = 0;

  // Its client has left an answer unread for too long.
  [[nodiscard]] virtual bool reads_slowly() const = 0;
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
  LogLimiter handshake_log;

  Place add(Connection* connection) { return list_.insert(list_.end(), connection); }

  void remove(Place place) { list_.erase(place); }

  // It waits for a request from now on: of all that wait, the shortest.
  void move_to_end(Place place) { list_.splice(list_.end(), list_, place); }

  // Closes the connection that waits longest, else one whose client reads slowly, when there are as
  // many as may be. False when all are busy with answers.
  [[nodiscard]] bool make_room();

  void close_all();

  // After close_all: no handler is called and nothing is answered any more.
  [[nodiscard]] bool closed() const { return closed_; }

 private:
  std::list<Connection*> list_;
  bool closed_ = false;
};

// Answers the requests of one connection until its end.
void serve_connection(boost::asio::ip::tcp::socket socket,
                      std::shared_ptr<Connections> connections);

}  // namespace supercargo
