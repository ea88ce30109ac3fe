// Tells when the configuration file has changed, also behind the links of a mounted ConfigMap.
//
// Owned by App, main thread.
#pragma once

#include <functional>
#include <string>

#include <boost/asio/steady_timer.hpp>

namespace supercargo {

class ConfigWatch {
 public:
  // Looks every few seconds and calls `changed` for each new version; without a path nothing
  // happens.
  ConfigWatch(boost::asio::io_context& io, std::string path, std::function<void()> changed);

  void start();
  // What is there now is known.
  void mark_read();

 private:
  [[nodiscard]] std::string stamp() const;

  const std::string path_;
  const std::function<void()> changed_;
  boost::asio::steady_timer timer_;
  std::string known_;
};

}  // namespace supercargo
