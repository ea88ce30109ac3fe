// Messages that a Graylog stand-in has accepted, on their way to its file.
//
// Owned by a GraylogStandIn, used by its thread. Graylog keeps what it has read in memory for a
// while before it is safe; held back likewise, messages can be lost by a crash.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <fstream>
#include <optional>
#include <string>

namespace supercargo::test {

class GraylogMessages {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Milliseconds = std::chrono::milliseconds;

  // Empty path: nothing is written. With `hold`, also of 0, messages get a member "received_ns"
  // (since 1970).
  GraylogMessages(const std::string& path, std::optional<Milliseconds> hold);
  ~GraylogMessages();  // writes what is held
  GraylogMessages(const GraylogMessages&) = delete;
  GraylogMessages& operator=(const GraylogMessages&) = delete;

  [[nodiscard]] bool wanted() const { return file_.is_open(); }

  void add(std::string json, Time now);

  // Writes what has been held long enough.
  void flush(Time now);

  // When flush() has something to do; nothing while nothing is held.
  [[nodiscard]] std::optional<Time> due() const;

  // How many were lost.
  std::size_t lose();

 private:
  struct Held {
    Time since;
    std::string json;
  };

  std::ofstream file_;
  const bool stamped_;
  const Milliseconds hold_;
  std::deque<Held> held_;
};

}  // namespace supercargo::test
