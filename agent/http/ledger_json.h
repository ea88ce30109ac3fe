// The ledger as JSON, for GET /ledger: one object per output and container.
//
// A pure function; any thread.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "agent/pipeline/ledger.h"

namespace supercargo {

using AccountPointer = std::shared_ptr<const ContainerAccount>;

// {"accounts":[{"output":..,"namespace":..,"delivered_bytes":..,"dropped":{"reason":{..}},..}]}
[[nodiscard]] std::string ledger_json(std::span<const AccountPointer> accounts);

}  // namespace supercargo
