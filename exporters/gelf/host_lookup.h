// A host name to addresses, without ever blocking the caller.
//
// getaddrinfo can hang for as long as the resolver likes (minutes, with an unreachable name server)
// and cannot be interrupted. So it runs on a thread of its own that shares only its answer with the
// caller; a caller that has waited long enough lets go, and the thread ends by itself later. At
// most one such thread lives per HostLookup: while it runs, a new start() waits for its answer.
// Addresses in digits are answered at once. One thread owns a HostLookup.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/socket.h>

#include "agent/base/result.h"

namespace supercargo {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  [[nodiscard]] int family() const { return storage.ss_family; }
};

using SocketAddresses = std::vector<SocketAddress>;

class HostLookup {
 public:
  HostLookup(std::string host, std::uint16_t port);
  ~HostLookup();
  HostLookup(const HostLookup&) = delete;
  HostLookup& operator=(const HostLookup&) = delete;

  void start();

  // Readable when an answer may be there; -1 when nothing is being looked up.
  [[nodiscard]] int fd() const;

  // The answer of the last start(), once; nothing while it is not there.
  [[nodiscard]] std::optional<Result<SocketAddresses>> take();

 private:
  struct Shared;

  const std::string host_;
  const std::string port_;
  std::shared_ptr<Shared> shared_;                    // of the thread that runs, or of none
  std::optional<Result<SocketAddresses>> immediate_;  // an answer that needed no thread
};

}  // namespace supercargo
