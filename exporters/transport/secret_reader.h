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

  // The text without blanks and line ends around it; valid until the next call. An error when the
  // file could not be read so far, or holds nothing, or more than one line.
  [[nodiscard]] Result<std::string_view> text(SteadyTime now);

  void forget() { read_at_.reset(); }

 private:
  Status read();

  Secret secret_;
  Milliseconds refresh_;
  std::optional<SteadyTime> read_at_;
};

}  // namespace supercargo
