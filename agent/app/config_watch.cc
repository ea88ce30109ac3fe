#include "agent/app/config_watch.h"

#include <utility>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <sys/stat.h>

namespace supercargo {
namespace {

constexpr std::chrono::seconds kInterval{5};

}  // namespace

ConfigWatch::ConfigWatch(boost::asio::io_context& io,
                         std::string path,
                         std::function<void()> changed)
    : path_(std::move(path)), changed_(std::move(changed)), timer_(io), known_(stamp()) {}

std::string ConfigWatch::stamp() const {
  struct stat status {};

  if (path_.empty() || ::stat(path_.c_str(), &status) != 0) {
    return {};
  }
  return fmt::format(
      "{}.{}.{}.{}", status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

void ConfigWatch::mark_read() {
  known_ = stamp();
}

void ConfigWatch::start() {
  if (path_.empty()) {
    return;
  }
  timer_.expires_after(kInterval);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) {
      return;
    }
    const std::string now = stamp();
    if (!now.empty() && now != known_) {  // empty: being replaced
      known_ = now;
      changed_();
    }
    start();
  });
}

}  // namespace supercargo
