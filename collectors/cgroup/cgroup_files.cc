#include "collectors/cgroup/cgroup_files.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace supercargo {
namespace {

struct FileName {
  std::string_view name;
  Controller v1_controller;
};

// In the order of CgroupFile.
constexpr std::array<FileName, kCgroupFileCount> kFileNames{{
    {"cgroup.procs", Controller::kCpu},
    {"cpu.stat", Controller::kCpu},
    {"memory.stat", Controller::kMemory},
    {"pids.current", Controller::kPids},
    {"pids.max", Controller::kPids},
    {"cpu.pressure", Controller::kUnified},
    {"memory.pressure", Controller::kUnified},
    {"io.pressure", Controller::kUnified},
    {"cpu.max", Controller::kCpu},
    {"cpu.weight", Controller::kCpu},
    {"memory.current", Controller::kMemory},
    {"memory.peak", Controller::kMemory},
    {"memory.swap.current", Controller::kMemory},
    {"memory.max", Controller::kMemory},
    {"memory.swap.max", Controller::kMemory},
    {"memory.min", Controller::kMemory},
    {"memory.events", Controller::kMemory},
    {"io.stat", Controller::kBlkio},
    {"cpuacct.usage", Controller::kCpuacct},
    {"cpuacct.stat", Controller::kCpuacct},
    {"cpu.cfs_period_us", Controller::kCpu},
    {"cpu.cfs_quota_us", Controller::kCpu},
    {"cpu.shares", Controller::kCpu},
    {"memory.usage_in_bytes", Controller::kMemory},
    {"memory.max_usage_in_bytes", Controller::kMemory},
    {"memory.failcnt", Controller::kMemory},
    {"memory.kmem.usage_in_bytes", Controller::kMemory},
    {"memory.limit_in_bytes", Controller::kMemory},
    {"memory.memsw.limit_in_bytes", Controller::kMemory},
    {"memory.soft_limit_in_bytes", Controller::kMemory},
    {"memory.oom_control", Controller::kMemory},
    {"blkio.throttle.io_service_bytes_recursive", Controller::kBlkio},
    {"blkio.throttle.io_service_bytes", Controller::kBlkio},
    {"blkio.throttle.io_serviced_recursive", Controller::kBlkio},
    {"blkio.throttle.io_serviced", Controller::kBlkio},
}};

constexpr std::size_t kFirstBuffer = 16 << 10;
constexpr std::size_t kMaxFile = 4 << 20;

// All of these but cgroup.procs are one record: the kernel gives them whole to a read that has
// room, so that less than was asked for is the end. cgroup.procs comes in pieces that fill a page
// but for what the next line had no room in.
bool is_end(CgroupFile file, std::size_t got, std::size_t room) {
  constexpr std::size_t kSurelyNoPage = 4000;
  return got == 0 || (got < room && (file != CgroupFile::kProcs || got < kSurelyNoPage));
}

// Limits are read once in a while, and the kernel keeps 4 KiB for each file that stays open: a
// third of all that a node full of containers would have.
bool stays_open(CgroupFile file) {
  switch (file) {
    case CgroupFile::kPidsMax:
    case CgroupFile::kCpuMax:
    case CgroupFile::kCpuWeight:
    case CgroupFile::kMemoryMax:
    case CgroupFile::kMemorySwapMax:
    case CgroupFile::kMemoryMin:
    case CgroupFile::kCfsPeriod:
    case CgroupFile::kCfsQuota:
    case CgroupFile::kCpuShares:
    case CgroupFile::kMemoryLimit:
    case CgroupFile::kMemoryswLimit:
    case CgroupFile::kMemorySoftLimit:
      return false;
    default:
      return true;
  }
}

// The size of the text, or -1 with errno.
ssize_t read_text(int fd, CgroupFile file, std::string& buffer) {
  if (buffer.size() < kFirstBuffer) {
    buffer.resize(kFirstBuffer);
  }
  std::size_t size = 0;
  for (;;) {
    const std::size_t room = buffer.size() - size;
    const ssize_t got = ::pread(fd, buffer.data() + size, room, static_cast<off_t>(size));
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got < 0) {
      return -1;
    }
    size += static_cast<std::size_t>(got);
    if (is_end(file, static_cast<std::size_t>(got), room)) {
      return static_cast<ssize_t>(size);
    }
    if (size == buffer.size()) {
      if (size >= kMaxFile) {
        errno = EFBIG;
        return -1;
      }
      buffer.resize(2 * size);
    }
  }
}

// It is none when a cgroup or a file of it has just gone, or when a cgroup of threads refuses.
void count_error(int error, ReadContext& context) {
  if (error != ENOENT && error != ENODEV && error != ENOTDIR && error != EOPNOTSUPP) {
    ++context.errors;
  }
}

// The name in context.path, below the cgroup's directory of that tree. Whatever stands there
// instead of a file of the kernel's: opening it does not wait.
UniqueFd open_in(Controller tree, const ReadContext& context) {
  const int root = context.hierarchy.root(tree);
  const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
  errno = ENOENT;
  return UniqueFd(root < 0 ? -1 : ::openat(root, context.path.c_str(), flags));
}

// Each tree of v1 has processes of its own. cAdvisor counts those of the CPU's, where systemd makes
// no cgroup for a service whose CPU it does not account.
UniqueFd open_procs(const ReadContext& context) {
  UniqueFd opened = open_in(Controller::kCpu, context);
  return opened ? std::move(opened) : open_in(context.hierarchy.walk_controller(), context);
}

void drop(UniqueFd& kept, ReadContext& context) {
  if (kept) {
    kept.reset();
    ++context.files_left;
  }
}

}  // namespace

void append_relative_path(std::string_view cgroup, std::string& out) {
  cgroup.remove_prefix(std::min<std::size_t>(cgroup.find_first_not_of('/'), cgroup.size()));
  out += cgroup.empty() ? std::string_view(".") : cgroup;
}

std::optional<std::string_view> CgroupFiles::read(CgroupFile file,
                                                  std::string_view cgroup,
                                                  ReadContext& context) {
  const auto index = static_cast<std::size_t>(file);
  if (missing_[index] || context.unwanted[index]) {
    return std::nullopt;
  }
  UniqueFd opened;
  int fd = kept_[index].get();
  if (fd < 0) {
    const FileName& name = kFileNames[index];
    context.path.clear();
    append_relative_path(cgroup, context.path);
    context.path.append("/").append(name.name);
    opened =
        file == CgroupFile::kProcs ? open_procs(context) : open_in(name.v1_controller, context);
    fd = opened.get();
    if (fd < 0) {
      count_error(errno, context);
      missing_[index] = true;
      return std::nullopt;
    }
  }
  const ssize_t size = read_text(fd, file, context.buffer);
  if (size < 0) {
    count_error(errno, context);
    drop(kept_[index], context);
    return std::nullopt;
  }
  if (opened && context.files_left > 0 && stays_open(file)) {
    --context.files_left;
    kept_[index] = std::move(opened);
  }
  return std::string_view(context.buffer).substr(0, static_cast<std::size_t>(size));
}

void CgroupFiles::close(ReadContext& context) {
  for (UniqueFd& fd : kept_) {
    drop(fd, context);
  }
  missing_ = {};
}

}  // namespace supercargo
