#include "collectors/node/uname.h"

#include <array>
#include <cerrno>

#include <sys/utsname.h>

#include "collectors/node/host_namespaces.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 6> kLabels{
    "domainname", "machine", "nodename", "release", "sysname", "version"};
constexpr std::array<MetricDesc, 1> kFamilies{{
    {"node_uname_info",
     "Labeled system information as provided by the uname system call.",
     MetricKind::kGauge,
     kLabels},
}};

}  // namespace

UnameCollector::UnameCollector(const HostPaths& host) : is_host_(in_host_uts(host)) {}

std::span<const MetricDesc> UnameCollector::families() const noexcept {
  return kFamilies;
}

Status UnameCollector::collect(SampleSet& out) {
  if (!is_host_) {
    return Error{ErrorCode::kUnavailable, "not in the host's UTS namespace"};
  }

  struct utsname names {};

  if (::uname(&names) != 0) {
    return errno_error("uname", errno);
  }
  out.add(0,
          out.add_labels({{"domainname", names.domainname},
                          {"machine", names.machine},
                          {"nodename", names.nodename},
                          {"release", names.release},
                          {"sysname", names.sysname},
                          {"version", names.version}}),
          1);
  return Ok{};
}

}  // namespace supercargo
