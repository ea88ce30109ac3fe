#include "collectors/cgroup/memory_modules.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include <fcntl.h>

#include "agent/base/directory.h"
#include "agent/base/fd.h"
#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;

// "mc0", "dimm12"
bool is_numbered(std::string_view name, std::string_view prefix) {
  return name.starts_with(prefix) && parse_u64(name.substr(prefix.size())).has_value();
}

std::vector<std::string> paths_in(const std::string& directory, std::string_view prefix) {
  std::vector<std::string> paths;
  const Result<UniqueFd> opened = open_at(AT_FDCWD, directory.c_str(), O_RDONLY | O_DIRECTORY);
  if (!opened) {
    return paths;
  }
  DirectoryReader reader;
  // What could be read is told.
  (void)reader.read(opened->get(), [&](std::string_view name, DirectoryReader::Type /*type*/) {
    if (is_numbered(name, prefix)) {
      paths.push_back(std::string(directory).append("/").append(name));
    }
  });
  return paths;
}

}  // namespace

std::map<std::string, MemoryModules> read_memory_modules(const std::string& sys) {
  std::map<std::string, MemoryModules> modules;
  for (const std::string& controller : paths_in(sys + "/devices/system/edac/mc", "mc")) {
    for (const std::string& module : paths_in(controller, "dimm")) {
      std::string type;
      std::string size;
      if (!read_file((module + "/dimm_mem_type").c_str(), type) ||
          !read_file((module + "/size").c_str(), size)) {
        continue;
      }
      const std::optional<std::uint64_t> mebibytes = parse_u64(trim(size));
      if (mebibytes && *mebibytes < UINT64_MAX / kMebibyte) {
        MemoryModules& of_type = modules[std::string(trim(type))];
        ++of_type.count;
        of_type.bytes += *mebibytes * kMebibyte;
      }
    }
  }
  return modules;
}

}  // namespace supercargo
