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

void add_log_file(std::string_view name, const FileNaming& naming, std::vector<ListedName>& to) {
  if (std::optional<LogFileOrder> order = naming(name)) {
    to.push_back({std::string(name), std::move(*order)});
  }
}

void put_in_order(std::vector<ListedName>& names) {
  for (ListedName& listed : names) {
    listed.maybe_half = listed.order.compressed && has_original(names, listed.order);
  }
  std::sort(names.begin(), names.end(), [](const ListedName& a, const ListedName& b) {
    return a.order < b.order;
  });
}

}  // namespace

std::vector<ListedName> order_log_files(const std::vector<std::string>& names,
                                        const FileNaming& naming) {
  std::vector<ListedName> listed;
  for (const std::string& name : names) {
    add_log_file(name, naming, listed);
  }
  put_in_order(listed);
  return listed;
}

Result<std::vector<ListedName>> list_log_files(int directory, const FileNaming& naming) {
  std::vector<ListedName> names;
  DirectoryReader reader;
  const Status read =
      reader.read(directory, [&](std::string_view name, DirectoryReader::Type /*type*/) {
        add_log_file(name, naming, names);
      });
  if (!read) {
    return read.error();
  }
  put_in_order(names);
  return names;
}

}  // namespace supercargo
