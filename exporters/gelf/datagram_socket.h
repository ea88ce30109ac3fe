// A UDP socket that tells of all its errors, and how large its datagrams may be.
//
// Functions without state; the output's thread.
#pragma once

#include <cstddef>

#include "agent/base/fd.h"
#include "agent/base/result.h"
#include "exporters/gelf/host_lookup.h"

namespace supercargo {

// Every host takes so much (576 bytes with all headers).
inline constexpr std::size_t kSmallestDatagram = 508;

// Non-blocking and connected to the first address that can be had, so that what the network answers
// (ICMP) comes back as the error of a send.
[[nodiscard]] Result<UniqueFd> open_datagram_socket(const SocketAddresses& addresses);

// After a send of datagrams of `bytes` failed with EMSGSIZE: what the path takes, where the kernel
// knows it, else half of it; at least kSmallestDatagram.
[[nodiscard]] std::size_t smaller_datagram_bytes(int fd, std::size_t bytes);

}  // namespace supercargo
