#include "agent/http/gate.h"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "agent/http/request_rules.h"

namespace supercargo {

void Gate::handle(const HttpRequest& request, HttpReply reply) {
  const auto users = access_->state()->users;
  if (users->empty() || needs_no_password(request.path)) {
    handler_(request, std::move(reply));
  } else {
    ask(users, request, std::move(reply));
  }
}

// The reply leaves the other thread with what is posted: a session must not end there.
void Gate::ask(const std::shared_ptr<const PasswordCheck::Users>& users,
               HttpRequest request,
               HttpReply reply) {
  using Answer = PasswordCheck::Answer;
  const std::string authorization = request.header("authorization");
  const auto kept = std::make_shared<const HttpRequest>(std::move(request));
  auto kept_reply = std::make_shared<HttpReply>(std::move(reply));
  auto later = [self = shared_from_this(), kept, kept_reply](bool right) mutable {
    boost::asio::io_context& io = self->io_;
    boost::asio::post(io,
                      [self = std::move(self), kept, kept_reply = std::move(kept_reply), right] {
                        self->decide(right, *kept, *kept_reply);
                      });
  };
  const Answer answer = access_->passwords().check(users, authorization, std::move(later));
  if (answer == Answer::kBusy) {
    (*kept_reply)(text_response(503, "too many passwords are being checked\n"));
  } else if (answer != Answer::kLater) {
    decide(answer == Answer::kRight, *kept, *kept_reply);
  }
}

void Gate::decide(bool right, const HttpRequest& request, const HttpReply& reply) {
  if (closed_) {
    return;
  }
  if (!right) {
    reply(text_response(401, "a name and a password are needed here\n"));
    return;
  }
  HttpRequest trusted = request;
  trusted.trusted = true;
  handler_(trusted, reply);
}

}  // namespace supercargo
