// Writes to a descriptor that others may share (stdout), without ever blocking.
//
// Owned and called by one output's thread. The descriptor itself stays as it is: making it
// non-blocking would do so for every process that has it, a shell for example. A pipe or a terminal
// is opened a second time through /proc instead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/base/fd.h"
#include "agent/base/result.h"

namespace supercargo {

class PatientWriter {
 public:
  // `fd` must stay open as long as this object.
  explicit PatientWriter(int fd);

  // The descriptor that poll() shall wait for to become writable.
  [[nodiscard]] int fd() const { return own_ ? own_.get() : shared_; }

  // Writes what the descriptor takes now and gives its size, which may be 0. Requires: poll() has
  // found it writable.
  [[nodiscard]] Result<std::size_t> write_some(std::string_view text) const;

 private:
  enum class Kind : std::uint8_t {
    kFile,      // never blocks for long
    kSocket,    // can be told for each write not to block
    kReopened,  // non-blocking
    kShared,    // blocks: takes small writes only
  };

  int shared_;
  UniqueFd own_;
  Kind kind_ = Kind::kShared;
};

}  // namespace supercargo
