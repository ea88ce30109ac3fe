// Asks a mount for its size on a thread of its own, because a mount whose server is gone keeps the
// caller in the kernel for ever.
//
// Owned by the filesystem collector, collect thread only. A thread that is stuck is left behind
// with what it needs; there is at most one per mount point, and until it returns its mount is not
// asked again.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "agent/base/clock.h"
#include "agent/base/result.h"
#include "collectors/node/mountinfo.h"

namespace supercargo {

struct FilesystemUse {
  double size = 0;  // bytes
  double free = 0;
  double available = 0;  // to others than root
  double files = 0;
  double files_free = 0;
};

// Called on any thread; outlives the collector in a thread that is stuck, so it owns what it uses.
using AskMount = std::function<Result<FilesystemUse>(const Mount&)>;

class MountProbe {
 public:
  explicit MountProbe(AskMount ask) : ask_(std::make_shared<const AskMount>(std::move(ask))) {}

  // Asks in the background. False when the mount still owes an earlier answer.
  bool start(const Mount& mount);

  // The answer to start(), or kUnavailable when there is none at `deadline`.
  [[nodiscard]] Result<FilesystemUse> wait(const Mount& mount, SteadyTime deadline);

 private:
  struct Question;

  std::shared_ptr<const AskMount> ask_;
  std::unordered_map<std::string, std::shared_ptr<Question>> questions_;  // by mount point
};

}  // namespace supercargo
