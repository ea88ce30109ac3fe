// Between the server and its handler: lets a request pass, or asks for a password first.
//
// Made by the Server, shared with what it has asked PasswordCheck; main thread.
#pragma once

#include <memory>

#include "agent/http/server.h"
#include "agent/http/web_access.h"

namespace supercargo {

class Gate : public std::enable_shared_from_this<Gate> {
 public:
  Gate(boost::asio::io_context& io, Server::Handler handler, std::shared_ptr<WebAccess> access)
      : io_(io), handler_(std::move(handler)), access_(std::move(access)) {}

  void handle(const HttpRequest& request, HttpReply reply);

  // After this nobody is let in: the handler's world is going away.
  void close() { closed_ = true; }

 private:
  void ask(const std::shared_ptr<const PasswordCheck::Users>& users,
           HttpRequest request,
           HttpReply reply);
  void decide(bool right, const HttpRequest& request, const HttpReply& reply);

  boost::asio::io_context& io_;
  const Server::Handler handler_;
  const std::shared_ptr<WebAccess> access_;
  bool closed_ = false;
};

}  // namespace supercargo
