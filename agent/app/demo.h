// `supercargo run --demo`: made-up pods that write logs, and a line a second of what flows.
//
// Owned by App, main thread. Everything it writes lies in one temporary directory that goes with
// the object.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "agent/app/demo_workload.h"
#include "agent/base/result.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/output_status.h"

namespace supercargo {

class Demo {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Demo>> create(boost::asio::io_context& io);
  ~Demo();
  Demo(const Demo&) = delete;
  Demo& operator=(const Demo&) = delete;

  // Adds the made-up pods to what the machine has, sends everything to the terminal and keeps the
  // cursors in the temporary directory.
  void configure(AgentConfig& config) const;

  // Writes logs ten times a second, and prints a line each second, until stop().
  void start(std::function<std::vector<OutputStatus>()> outputs);

  void stop() { timer_.cancel(); }

 private:
  Demo(boost::asio::io_context& io, std::filesystem::path directory);
  void tick();
  void print_flow();

  const std::filesystem::path directory_;
  DemoWorkload workload_;
  boost::asio::steady_timer timer_;
  std::function<std::vector<OutputStatus>()> outputs_;
  unsigned ticks_ = 0;
  std::uint64_t last_written_ = 0;
  std::uint64_t last_lines_ = 0;
  std::uint64_t last_bytes_ = 0;
};

}  // namespace supercargo
