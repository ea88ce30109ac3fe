#include "collectors/logs/directory_names.h"

#include <cerrno>
#include <string_view>

#include "agent/base/clock.h"
#include "collectors/logs/log_naming.h"

namespace supercargo {
namespace {

bool same_time(const struct stat& a, const struct stat& b) {
  return a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

}  // namespace

const std::vector<std::string>& DirectoryNames::Reading::of(const std::string& base) const {
  static const std::vector<std::string> kNone;
  const auto names = by_base.find(base);
  return names == by_base.end() ? kNone : names->second;
}

Result<const DirectoryNames::Reading*> DirectoryNames::read(int directory,
                                                            const std::string& base,
                                                            bool anew) {
  struct stat status {};

  if (::fstat(directory, &status) != 0) {
    return errno_error("fstat", errno);
  }
  Reading& reading = readings_[{status.st_dev, status.st_ino}];
  if (!anew && same_time(reading.status, status) && reading.by_base.contains(base)) {
    return &reading;
  }
  reading = {status, unix_nanoseconds_now(), {}};
  ++count_;
  Status read =
      reader_.read(directory, [&reading](std::string_view name, DirectoryReader::Type /*type*/) {
        reading.by_base[std::string(plain_base(name))].emplace_back(name);
      });
  if (!read) {
    reading = {};
    return std::move(read).error();
  }
  return &reading;
}

}  // namespace supercargo
