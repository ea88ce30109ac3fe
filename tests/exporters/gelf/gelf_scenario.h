// A GELF output as it runs in the agent (delivery loop, sender, and lines that can be read again)
// before one or two strict Graylogs. Scenarios are tests over the transports.
//
// A test fixture; one thread beside those of the stand-ins.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/pipeline/delivery_loop.h"
#include "exporters/gelf/make_gelf_sender.h"
#include "tests/exporters/gelf/gelf_test_support.h"
#include "tests/exporters/gelf/line_source.h"
#include "tests/support/graylog_stand_in.h"
#include "tests/support/temp_tree.h"
#include "tests/support/test_certificates.h"

namespace supercargo::test {

class GelfScenario : public testing::TestWithParam<std::string> {
 protected:
  GelfScenario();

  // Which of the stand-in's ports a scheme means.
  [[nodiscard]] std::string url_of(const GraylogStandIn& server) const;

  // The output runs from here on; `config` may be changed before.
  void start(const std::vector<std::string>& urls);

  // Lets it work until so many lines are settled; false after 20 s without that.
  [[nodiscard]] bool run_until_settled(std::size_t lines);

  template <class Condition>
  [[nodiscard]] bool run_until(Condition condition) {
    const SteadyTime end = steady_now() + std::chrono::seconds(20);
    while (!condition() && steady_now() < end) {
      (void)loop_->turn(steady_now());
    }
    return condition();
  }

  [[nodiscard]] LineSource& source() { return *source_; }

  [[nodiscard]] const std::string& scheme() const { return GetParam(); }

  // The texts of a pod (of all when empty), each as it arrived first.
  [[nodiscard]] static std::vector<std::string> first_arrivals(
      const std::vector<std::string>& messages, const std::string& pod = {});

  GraylogStandIn::Options server_options;  // with TLS where the scheme wants it
  GelfConfig config;
  DeliveryConfig delivery;
  SelfMetrics metrics;

 private:
  TestAuthority authority_;
  TempTree tree_;
  LineSource* source_ = nullptr;
  std::unique_ptr<DeliveryLoop> loop_;
};

// "0 ...", "1 ...", of about so many bytes each.
[[nodiscard]] std::vector<std::string> numbered_lines(std::size_t count, std::size_t bytes = 100);

}  // namespace supercargo::test

#define SUPERCARGO_GELF_SCHEMES(suite, ...) \
  INSTANTIATE_TEST_SUITE_P(                 \
      , suite, testing::Values(__VA_ARGS__), [](const auto& scheme) { return scheme.param; })
