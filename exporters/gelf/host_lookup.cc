#include "exporters/gelf/host_lookup.h"

#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <netdb.h>
#include <sys/eventfd.h>

#include "agent/base/fd.h"
#include "agent/base/outliving_thread.h"

namespace supercargo {
namespace {

Result<SocketAddresses> resolve(const std::string& host, const std::string& port, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;  // one entry an address; datagrams use the same addresses
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &list);
  if (error != 0) {
    return Error{ErrorCode::kIo, "resolve " + host + ": " + ::gai_strerror(error)};
  }
  SocketAddresses addresses;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_addrlen > sizeof(sockaddr_storage)) {
      continue;
    }
    SocketAddress& address = addresses.emplace_back();
    std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
    address.length = entry->ai_addrlen;
  }
  ::freeaddrinfo(list);
  if (addresses.empty()) {
    return Error{ErrorCode::kIo, "resolve " + host + ": no address"};
  }
  return addresses;
}

}  // namespace

struct HostLookup::Shared {
  UniqueFd event{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::mutex mutex;
  std::optional<Result<SocketAddresses>> answer;
};

HostLookup::HostLookup(std::string host, std::uint16_t port)
    : host_(std::move(host)), port_(std::to_string(port)) {}

HostLookup::~HostLookup() = default;

void HostLookup::start() {
  if (shared_ != nullptr) {
    return;
  }
  immediate_ = resolve(host_, port_, AI_NUMERICHOST);
  if (*immediate_) {
    return;
  }
  auto shared = std::make_shared<Shared>();
  try {
    std::thread([shared, host = host_, port = port_] {
      const OutlivingThread counted;
      Result<SocketAddresses> answer = resolve(host, port, AI_ADDRCONFIG);
      const std::lock_guard lock(shared->mutex);
      shared->answer = std::move(answer);
      (void)::eventfd_write(shared->event.get(), 1);
    }).detach();
  } catch (const std::system_error& error) {
    immediate_ = Error{ErrorCode::kUnavailable, std::string("start a thread: ") += error.what()};
    return;
  }
  immediate_.reset();
  shared_ = std::move(shared);
}

int HostLookup::fd() const {
  return shared_ == nullptr ? -1 : shared_->event.get();
}

std::optional<Result<SocketAddresses>> HostLookup::take() {
  if (immediate_) {
    return std::exchange(immediate_, std::nullopt);
  }
  if (shared_ == nullptr) {
    return std::nullopt;
  }
  std::optional<Result<SocketAddresses>> answer;
  {
    const std::lock_guard lock(shared_->mutex);
    answer = std::exchange(shared_->answer, std::nullopt);
  }
  if (answer) {
    shared_.reset();
  }
  return answer;
}

}  // namespace supercargo
