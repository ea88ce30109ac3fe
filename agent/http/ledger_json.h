// The ledger as JSON, for GET /ledger: one object per output, and one per output and container.
//
// A pure function; any thread.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "agent/base/clock.h"
#include "agent/pipeline/ledger.h"

namespace supercargo {

using AccountPointer = std::shared_ptr<const ContainerAccount>;

// {"outputs":[{"output":..,"written_bytes":..,..}],
//  "accounts":[{"output":..,"namespace":..,"written_bytes":..,"dropped":{"reason":{..}},..}]}
// The terms of an account are of one moment: written = delivered + pending + dropped + lost.
[[nodiscard]] std::string ledger_json(std::span<const AccountPointer> accounts, SteadyTime now);

}  // namespace supercargo
