// Whatever is accepted must be put together again to the text it came from.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "collectors/kubernetes/log_paths.h"

namespace {

void expect(bool holds) {
  if (!holds) {
    std::abort();
  }
}

std::string joined(const supercargo::PodDirName& name) {
  return std::string(name.pod_namespace).append("_").append(name.pod).append("_").append(name.uid);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto name = supercargo::parse_pod_dir_name(text)) {
    expect(joined(*name) == text);
  }
  if (const auto name = supercargo::parse_log_file_name(text)) {
    const bool current = name->kind == supercargo::LogFileName::Kind::kCurrent;
    expect(current == name->rotated_at.empty());
  }
  if (const auto name = supercargo::parse_container_link_name(text)) {
    expect(name->cut_tail.empty() != name->container.empty());
    expect(name->container.empty() == name->container_id.empty());
  }
  if (const auto path = supercargo::parse_log_file_path(text)) {
    expect(text.find(joined(path->pod)) != std::string_view::npos);
  }
  return 0;
}
