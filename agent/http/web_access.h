// Who may talk to the server: the web configuration file and the files that it names, as they are
// now.
//
// Owned by agent/app and shared with the Server; main thread. Files are looked at once a second at
// most, when somebody connects or asks, and on a thread of their own: those that do not answer
// delay nobody. What is wrong with a changed file is logged, and the former state stays in force.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "agent/base/background_question.h"
#include "agent/base/clock.h"
#include "agent/base/log.h"
#include "agent/base/result.h"
#include "agent/http/password_check.h"

namespace boost::asio::ssl {
class context;
}

namespace supercargo {

class WebAccess {
 public:
  struct State {
    std::shared_ptr<boost::asio::ssl::context> tls;  // null: plain HTTP
    std::vector<std::string> allowed_names;          // of client certificates
    std::shared_ptr<const PasswordCheck::Users> users = std::make_shared<PasswordCheck::Users>();
    std::map<std::string, std::string> headers;
  };

  // Plain HTTP for everybody.
  WebAccess() : WebAccess(std::string()) {}

  // An empty path: as above. The error has each thing that is wrong on a line of its own, with its
  // place in the file.
  [[nodiscard]] static Result<std::shared_ptr<WebAccess>> open(const std::string& path);

  [[nodiscard]] std::shared_ptr<const State> state(SteadyTime now = steady_now());

  [[nodiscard]] PasswordCheck& passwords() { return passwords_; }

 private:
  // Tells one content of a file from another without reading it.
  struct FileMark {
    std::string path;
    ino_t inode = 0;
    off_t size = 0;
    std::int64_t changed_ns = 0;

    bool operator==(const FileMark&) const = default;
  };

  using Marks = std::vector<FileMark>;

  // What the files say. Without a state: why they cannot be used.
  struct Reading {
    Marks marks;
    std::shared_ptr<const State> state;
    std::string problem;
  };

  explicit WebAccess(std::string path);

  [[nodiscard]] static FileMark mark(const std::string& path);
  [[nodiscard]] static bool changed(const Marks& marks);
  [[nodiscard]] static Reading read(const std::string& path);
  void take(Reading reading);

  std::string path_;
  std::shared_ptr<const State> state_ = std::make_shared<State>();
  std::shared_ptr<Marks> marks_ = std::make_shared<Marks>();  // unchanged while one looks
  BackgroundQuestion<std::optional<Reading>> look_;           // nothing when nothing has changed
  SteadyTime looked_at_{};
  LogLimiter silence_log_{std::chrono::seconds(300)};
  PasswordCheck passwords_;
};

}  // namespace supercargo
