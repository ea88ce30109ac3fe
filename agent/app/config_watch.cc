#include "agent/app/config_watch.h"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

namespace supercargo {
namespace {

constexpr std::chrono::seconds kInterval{5};
constexpr Milliseconds kPatience{250};

}  // namespace

std::string file_stamp(const std::string& path) {
  struct stat status {};

  if (path.empty() || ::stat(path.c_str(), &status) != 0) {
    return {};
  }
  return fmt::format(
      "{}.{}.{}.{}", status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

ConfigWatch::ConfigWatch(boost::asio::io_context& io,
                         std::string path,
                         std::function<void()> changed)
    : path_(std::move(path)),
      changed_(std::move(changed)),
      timer_(io),
      stamp_now_("config file", [path = path_] { return Result<std::string>(file_stamp(path)); }),
      known_(file_stamp(path_)) {}

void ConfigWatch::start() {
  if (path_.empty()) {
    return;
  }
  timer_.expires_after(kInterval);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) {
      return;
    }
    look();
    start();
  });
}

void ConfigWatch::look() {
  const Result<std::string> now = stamp_now_.ask_until(steady_now() + kPatience);
  if (!now) {
    std::uint64_t suppressed = 0;
    if (silence_log_.allow(steady_now(), suppressed)) {
      log_warn("The configuration file does not answer: changes are seen when it does.",
               {{"file", path_}, {"suppressed", suppressed}});
    }
  } else if (!now->empty() && *now != known_) {  // empty: being replaced
    known_ = *now;
    changed_();
  }
}

}  // namespace supercargo
