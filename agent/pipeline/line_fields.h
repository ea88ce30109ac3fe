// The fields that people want of their lines: members of a JSON object, or pairs of logfmt.
//
// A sender owns one; its output's thread calls it. Costs nothing where no field is wanted; where
// some are, a line costs a pass over it and no allocation. A line of another form, or above
// kMaxLineBytes, has no fields and is sent as it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/agent_config.h"

namespace supercargo {

struct LineField {
  std::size_t which = 0;   // of ParseConfig::fields
  std::string_view text;   // valid UTF-8, not empty, at most ParseConfig::max_value_bytes
  bool is_number = false;  // text is a number of JSON that a double can hold
};

class LineFields {
 public:
  static constexpr std::size_t kMaxLineBytes = std::size_t{64} << 10;

  explicit LineFields(ParseConfig config = {});
  LineFields(LineFields&&) noexcept;
  LineFields& operator=(LineFields&&) noexcept;
  ~LineFields();

  [[nodiscard]] bool wanted() const { return wanted_; }

  // Those that the line has, each once, in the order of the line. Valid until the next call.
  [[nodiscard]] std::span<const LineField> find(std::string_view line);

  // Lines so far that were of no such form.
  [[nodiscard]] std::uint64_t unparsed() const { return unparsed_; }

 private:
  struct Json;  // members of a JSON object

  bool find_json(std::string_view line);
  bool find_logfmt(std::string_view line);
  void add(std::size_t which, std::string_view text, bool may_be_number);

  ParseConfig config_;
  bool wanted_ = false;
  std::unique_ptr<Json> json_;
  std::vector<LineField> found_;
  std::vector<bool> has_;
  std::string texts_;  // of values that do not stand in the line as they are; never grows
  std::uint64_t unparsed_ = 0;
};

// Whether `text` is a number as JSON writes them, and no larger than a double can hold.
[[nodiscard]] bool is_json_number(std::string_view text);

}  // namespace supercargo
