// The agent's own log: one line a message, `2026-11-22T10:00:00.000Z info  Checkpoint saved.
// files=12`, on stderr.
//
// Any thread may log. error: data lost or an operator is needed; warn: odd but nothing lost; info:
// life-cycle only; debug: the rest. Events per record are counters, not lines. A message that may
// repeat goes through LogLimiter.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <type_traits>

#include "agent/base/clock.h"

namespace supercargo {

enum class LogLevel { kDebug, kInfo, kWarn, kError };

struct LogField {
  template <class Number, class = std::enable_if_t<std::is_arithmetic_v<Number>>>
  LogField(std::string_view field_key, Number number)
      : key(field_key), value(std::to_string(number)) {}

  LogField(std::string_view field_key, std::string_view text) : key(field_key), value(text) {}

  LogField(std::string_view field_key, const char* text) : key(field_key), value(text) {}

  LogField(std::string_view field_key, const std::string& text) : key(field_key), value(text) {}

  std::string_view key;
  std::string value;  // quoted on output when it has blanks, quotes or control characters
};

// Call once, before the first thread starts. Lines below `level` are left out.
void start_logging(LogLevel level);

void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

inline void log_debug(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kDebug, message, fields);
}

inline void log_info(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kInfo, message, fields);
}

inline void log_warn(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kWarn, message, fields);
}

inline void log_error(std::string_view message, std::initializer_list<LogField> fields = {}) {
  log(LogLevel::kError, message, fields);
}

// One cause of repeating lines: lets one through per interval and tells how many were left out
// since. Owned by the object whose messages it limits; any thread may call.
class LogLimiter {
 public:
  explicit LogLimiter(std::chrono::seconds interval = std::chrono::seconds(30))
      : interval_(interval) {}

  // True when a line may be written now; `suppressed` is how many were not since the last one.
  [[nodiscard]] bool allow(SteadyTime now, std::uint64_t& suppressed);

 private:
  const std::chrono::seconds interval_;
  std::mutex mutex_;
  SteadyTime next_{};
  std::uint64_t suppressed_ = 0;
};

}  // namespace supercargo
