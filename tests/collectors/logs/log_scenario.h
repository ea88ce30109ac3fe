// A container (or a plain file) whose log is written and rotated as its runtime does it, for the
// scenarios S1 to S38: what users of other agents lost lines by.
//
// A test fixture over the format; one test owns one, one thread. Suites are aliases of it, named
// after their scenario, so that --gtest_filter='S0*:S1*:S2*:S3*' lists them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/collectors/logs/log_node.h"

namespace supercargo::test {

class LogScenario : public testing::TestWithParam<LogFormat> {
 protected:
  // The agent runs from the first call on; `options` say all but source and files.
  LogNode& start(LogNodeOptions options = {});

  [[nodiscard]] LogNode& node() { return *node_; }

  // A whole line as it stands in the file, stamped a nanosecond after the one before.
  [[nodiscard]] std::string line(std::string_view text, Stream stream = Stream::kStdout);
  // A piece of a line that goes on. Requires: not a plain file.
  [[nodiscard]] std::string piece(std::string_view text, Stream stream = Stream::kStdout);

  // All further lines get the stamp of the last one.
  void stop_clock() { nanosecond_step_ = 0; }

  // To the file that has the name that is written to.
  void write(std::string_view text) { node_->write(current_, text); }

  [[nodiscard]] const std::string& current() const { return current_; }

  // Below the tree's root: the directory of another container, which has written nothing yet.
  [[nodiscard]] std::string quiet_neighbour();

  // Renames the log as kubelet, Docker or logrotate does; the new file is there with its first
  // write. Gives the name that the old one has now.
  std::string rotate();

  // Delivered texts of a stream, their number and their order.
  [[nodiscard]] std::vector<std::string> delivered(Stream stream = Stream::kStdout) const {
    return node_->delivered(stream);
  }

  // Nothing was dropped, nothing lost, and nothing is missing of unknown size.
  void expect_no_loss() const;

 private:
  [[nodiscard]] std::string frame(std::string_view text, Stream stream, bool partial);

  std::unique_ptr<LogNode> node_;
  std::string current_;
  std::uint32_t nanoseconds_ = 0;
  std::uint32_t nanosecond_step_ = 1;
  int rotations_ = 0;
};

[[nodiscard]] std::string format_name(const testing::TestParamInfo<LogFormat>& info);

// Texts that tell their place, "0 xxxx..." of about `bytes` each.
[[nodiscard]] std::vector<std::string> numbered_texts(int count, std::size_t bytes);

}  // namespace supercargo::test

// The suite in all formats, or in those that split long lines into pieces.
#define SUPERCARGO_ALL_FORMATS(suite)                                          \
  INSTANTIATE_TEST_SUITE_P(                                                    \
      ,                                                                        \
      suite,                                                                   \
      testing::Values(LogFormat::kCri, LogFormat::kDocker, LogFormat::kPlain), \
      test::format_name)
#define SUPERCARGO_CONTAINER_FORMATS(suite) \
  INSTANTIATE_TEST_SUITE_P(                 \
      , suite, testing::Values(LogFormat::kCri, LogFormat::kDocker), test::format_name)
