// A connection's bytes, with or without TLS: one type, so that a session is written once.
//
// For session.cc alone. Meets Asio's requirements of an AsyncReadStream and an AsyncWriteStream for
// handlers (no other completion tokens). Time limits are those of tcp().
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

namespace supercargo {

class HttpStream {
 public:
  using Tcp = boost::beast::tcp_stream;
  using Tls = boost::beast::ssl_stream<Tcp>;
  using executor_type = Tcp::executor_type;

  // `context` may be null: no TLS.
  HttpStream(boost::asio::ip::tcp::socket socket,
             std::shared_ptr<boost::asio::ssl::context> context)
      : context_(std::move(context)) {
    if (context_) {
      tls_.emplace(std::move(socket), *context_);
    } else {
      plain_.emplace(std::move(socket));
    }
  }

  [[nodiscard]] executor_type get_executor() { return tcp().get_executor(); }

  [[nodiscard]] Tcp& tcp() { return tls_ ? tls_->next_layer() : *plain_; }

  // Null without TLS.
  [[nodiscard]] Tls* tls() { return tls_ ? &*tls_ : nullptr; }

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (Tls* const with_tls = tls()) {
      with_tls->async_read_some(buffers, std::forward<Handler>(handler));
    } else {
      tcp().async_read_some(buffers, std::forward<Handler>(handler));
    }
  }

  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    if (Tls* const with_tls = tls()) {
      with_tls->async_write_some(buffers, std::forward<Handler>(handler));
    } else {
      tcp().async_write_some(buffers, std::forward<Handler>(handler));
    }
  }

 private:
  const std::shared_ptr<boost::asio::ssl::context> context_;
  std::optional<Tcp> plain_;
  std::optional<Tls> tls_;
};

}  // namespace supercargo
