#include "collectors/logs/log_listing.h"

#include <algorithm>
#include <utility>

#include "agent/base/directory.h"

namespace supercargo {
namespace {

bool has_original(const std::vector<ListedName>& names, const LogFileOrder& compressed) {
  LogFileOrder original = compressed;
  original.compressed = false;
  return std::any_of(
      names.begin(), names.end(), [&](const ListedName& other) { return other.order == original; });
}

}  // namespace

Result<std::vector<ListedName>> list_log_files(int directory, const FileNaming& naming) {
  std::vector<ListedName> names;
  DirectoryReader reader;
  const Status read =
      reader.read(directory, [&](std::string_view name, DirectoryReader::Type /*type*/) {
        if (std::optional<LogFileOrder> order = naming(name)) {
          names.push_back({std::string(name), std::move(*order)});
        }
      });
  if (!read) {
    return read.error();
  }
  for (ListedName& listed : names) {
    listed.maybe_half = listed.order.compressed && has_original(names, listed.order);
  }
  std::sort(names.begin(), names.end(), [](const ListedName& a, const ListedName& b) {
    return a.order < b.order;
  });
  return names;
}

}  // namespace supercargo
