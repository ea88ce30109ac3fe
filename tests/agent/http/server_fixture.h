// A server whose io_context runs on a thread of the test. /hold keeps its replies until release(),
// /big is an answer that fills every buffer, all else tells what was asked.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "agent/http/server.h"
#include "tests/agent/http/raw_client.h"

namespace supercargo::test {

class ServerFixture : public testing::Test {
 protected:
  void start(ServerLimits limits = {}, std::string_view listen = "127.0.0.1:0") {
    auto server = Server::start(
        io_,
        listen,
        [this](const HttpRequest& request, HttpReply reply) { handle(request, std::move(reply)); },
        limits);
    ASSERT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
    thread_ = std::thread([this] { io_.run(); });
  }

  void TearDown() override {
    if (thread_.joinable()) {
      boost::asio::post(io_, [this] { server_.reset(); });
      guard_.reset();
      thread_.join();
    }
  }

  void handle(const HttpRequest& request, HttpReply reply) {
    if (request.path == "/hold") {
      const std::lock_guard lock(mutex_);
      held_.push_back(std::move(reply));
      held_count_ = held_.size();
      held_count_.notify_all();
      return;
    }
    if (request.path == "/big") {
      HttpResponse response;
      response.body = std::make_shared<const std::string>(8 << 20, 'x');
      response.gzip = true;
      reply(std::move(response));
      return;
    }
    reply(text_response(200,
                        request.path + "|" + request.query + "|" + request.header("accept") + "|" +
                            (request.from_loopback ? "loopback" : "other")));
  }

  void wait_until_held(std::size_t count) {
    for (std::size_t held = held_count_; held < count; held = held_count_) {
      held_count_.wait(held);
    }
  }

  // From this thread, which is not the server's.
  void release() {
    const std::lock_guard lock(mutex_);
    for (HttpReply& reply : held_) {
      reply(text_response(200, "released"));
    }
    held_.clear();
  }

  [[nodiscard]] RawClient connect() const { return RawClient(server_->port()); }

  std::string exchange(std::string_view request) {
    RawClient client = connect();
    client.send(request);
    return client.until_closed();
  }

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_{
      io_.get_executor()};
  std::unique_ptr<Server> server_;
  std::mutex mutex_;
  std::deque<HttpReply> held_;
  std::atomic<std::size_t> held_count_{0};
  std::thread thread_;
};

}  // namespace supercargo::test
