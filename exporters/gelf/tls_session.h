// TLS between byte strings, without a socket: plain bytes in, wire bytes out, and back.
//
// A StreamConnection owns one for each connection and moves the wire bytes itself, so that many TLS
// records go into one system call and the bytes handed to the socket are counted where they are.
// One thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "agent/base/result.h"
#include "agent/config/agent_config.h"

struct ssl_st;
struct ssl_ctx_st;

namespace supercargo {

class TlsSession {
 public:
  // Reads the certificate files, so that a rotated one is taken up by the next connection. The peer
  // must prove `host`, or `config.server_name` when that is set.
  [[nodiscard]] static Result<TlsSession> create(const TlsConfig& config, const std::string& host);

  // Bytes that came from the peer.
  [[nodiscard]] Status feed(std::string_view wire);

  // Goes on with the handshake as far as the bytes fed so far allow. True: done.
  [[nodiscard]] Result<bool> handshake();

  // Encrypts all of `plain`. Requires: the handshake is done.
  [[nodiscard]] Status encrypt(std::string_view plain);

  // Decrypts what was fed and throws it away: a GELF receiver says nothing, but session tickets and
  // alerts come this way. An error when the peer has closed or refused.
  [[nodiscard]] Status discard_input();

  // Moves the bytes that wait for the socket to the end of `wire`.
  void take_output(std::string& wire);

 private:
  struct Free {
    void operator()(ssl_st* session) const;
    void operator()(ssl_ctx_st* context) const;
  };

  using Context = std::unique_ptr<ssl_ctx_st, Free>;
  using Session = std::unique_ptr<ssl_st, Free>;

  TlsSession(Context context, Session session)
      : context_(std::move(context)), session_(std::move(session)) {}

  static Result<Context> make_context(const TlsConfig& config);
  [[nodiscard]] Error failure(std::string_view what, int result) const;

  Context context_;
  Session session_;
};

}  // namespace supercargo
