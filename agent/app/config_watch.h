// Tells when the configuration file has changed, also behind the links of a mounted ConfigMap.
//
// Owned by App, main thread.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include <boost/asio/steady_timer.hpp>

#include "agent/base/background_question.h"
#include "agent/base/log.h"

namespace supercargo {

// Tells one version of a file from another; empty when there is none.
[[nodiscard]] std::string file_stamp(const std::string& path);

class ConfigWatch {
 public:
  // Looks every few seconds and calls `changed` for each new version; without a path nothing
  // happens. A path that does not answer delays the main thread by milliseconds, once.
  ConfigWatch(boost::asio::io_context& io, std::string path, std::function<void()> changed);

  void start();

  // This version is known.
  void mark_read(std::string stamp) { known_ = std::move(stamp); }

 private:
  void look();

  const std::string path_;
  const std::function<void()> changed_;
  boost::asio::steady_timer timer_;
  BackgroundQuestion<std::string> stamp_now_;
  std::string known_;
  LogLimiter silence_log_{std::chrono::seconds(300)};
};

}  // namespace supercargo
