// The present text of a secret that may stand in a file and be rotated there.
//
// Owned and called by one output's thread. The file is read again when the last reading is older
// than `refresh`, or after forget(), which the owner calls when the receiver refused the secret.
// While the file cannot be read the last text stays in use.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/base/clock.h"
#include "agent/base/result.h"
#include "agent/config/agent_config.h"

namespace supercargo {

class SecretReader {
 public:
  SecretReader(Secret secret, Milliseconds refresh);

  [[nodiscard]] bool configured() const { return !secret_.empty(); }

  // Valid until the next call. An error, that of resolve_secret(), when the file could not be read
  // so far.
  [[nodiscard]] Result<std::string_view> text(SteadyTime now);

  void forget() { read_at_.reset(); }

 private:
  const Secret secret_;
  const Milliseconds refresh_;
  std::string text_;  // as it was read last
  std::optional<SteadyTime> read_at_;
};

}  // namespace supercargo
