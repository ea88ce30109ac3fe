// ${NAME} in configuration values. Pure but for process_environment(); main thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "agent/base/result.h"

namespace supercargo {

// The value of an environment variable, or nothing when it is not set. Injected, so that tests do
// not depend on the machine.
using EnvironmentLookup = std::function<std::optional<std::string>(std::string_view name)>;

// The environment of this process. NODE_NAME is always set: where no pod's specification sets it,
// it is the host's name, so that one configuration serves clusters and plain hosts.
[[nodiscard]] EnvironmentLookup process_environment();

namespace config {

// `text` with ${NAME} and ${NAME:-default} replaced and $$ as one dollar; any other dollar stays,
// as regular expressions need it. The default also stands in for an empty variable, as in a shell.
// What comes in is not expanded again. An error names the variable, never a value.
[[nodiscard]] Result<std::string> expand_environment(std::string_view text,
                                                     const EnvironmentLookup& lookup);

// Text that expand_environment turns back into `text`.
[[nodiscard]] std::string escape_dollars(std::string_view text);

}  // namespace config
}  // namespace supercargo
