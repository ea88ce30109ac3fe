// How an output's posts are addressed, from its configuration.
//
// Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"
#include "agent/config/agent_config.h"
#include "exporters/transport/http_types.h"

namespace supercargo {

// The last batch that is appended may exceed the size that was asked for by a quantum.
inline constexpr std::size_t kRoomForLastBatch = std::size_t{256} << 10;

// With the push path, which may stand in `url` already.
[[nodiscard]] std::string loki_push_url(std::string_view url);

// Those of each post of a tenant; empty: of none. kConfig: one that HTTP cannot carry.
[[nodiscard]] Result<std::vector<std::string>> loki_headers(const LokiConfig& config,
                                                            const std::string& tenant);

[[nodiscard]] HttpClientOptions loki_client_options(const LokiConfig& config,
                                                    const DeliveryConfig& delivery);

}  // namespace supercargo
