// The stdout output: lines of text or JSON for people, pipes and tests.
//
// One StdoutSender an output, owned and called by that output's thread. One request at a time; a
// reader that does not read costs the output its deadline, never the process. Requires: the process
// ignores SIGPIPE.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/base/result.h"
#include "agent/config/agent_config.h"
#include "agent/pipeline/sender.h"
#include "exporters/stdout/line_format.h"
#include "exporters/stdout/patient_writer.h"

namespace supercargo {

class StdoutSender : public Sender {
 public:
  // Hears how many more lines had no such form.
  using Unparsed = std::function<void(std::uint64_t lines)>;

  // `fd`, usually 1, must stay open. Fields of lines stand in JSON only. kConfig: a format that is
  // neither text nor json.
  [[nodiscard]] static Result<std::unique_ptr<Sender>> create(const StdoutConfig& config,
                                                              const DeliveryConfig& delivery,
                                                              int fd,
                                                              const ParseConfig& parse = {},
                                                              Unparsed unparsed = {});

  [[nodiscard]] bool ready() const override { return !sending_; }

  [[nodiscard]] bool ordered() const override { return true; }

  void append(const Batch& batch) override;

  [[nodiscard]] std::size_t open_bytes() const override { return open_.size(); }

  void send(RequestId id) override;
  void wait(int wake_fd, Milliseconds timeout, std::vector<Outcome>& outcomes) override;

  [[nodiscard]] std::size_t in_flight() const override { return sending_ ? 1 : 0; }

 private:
  StdoutSender(LineStyle style,
               Milliseconds request_timeout,
               int fd,
               const ParseConfig& parse,
               Unparsed unparsed)
      : style_(style),
        request_timeout_(request_timeout),
        writer_(fd),
        fields_(parse),
        unparsed_(std::move(unparsed)) {}

  [[nodiscard]] bool write_more(std::vector<Outcome>& outcomes);
  void finish(Outcome::Kind kind,
              std::string_view reason,
              std::string_view detail,
              std::vector<Outcome>& outcomes);

  const LineStyle style_;
  const Milliseconds request_timeout_;
  PatientWriter writer_;
  ParsedFields fields_;
  const Unparsed unparsed_;
  std::string open_;
  std::string sealed_;
  std::size_t written_ = 0;  // of sealed_
  bool sending_ = false;
  bool inside_line_ = false;  // the last failed request ended in the middle of a line
  RequestId request_ = 0;
  SteadyTime deadline_;
};

}  // namespace supercargo
