#include "agent/pipeline/line_level.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace supercargo {
namespace {

using enum LineLevel;
using Cases = std::vector<std::pair<std::string, std::optional<LineLevel>>>;

void expect_levels(const Cases& cases) {
  for (const auto& [line, level] : cases) {
    EXPECT_EQ(line_level(line), level) << line;
  }
}

TEST(LineLevel, ReadsTheMembersOfJson) {
  expect_levels({
      {R"({"level":"info","msg":"x"})", kInfo},
      {R"({"ts": 1.5, "msg": "x", "severity": "WARNING"})", kWarning},
      {R"({"time":"t","lvl":"dbg"})", kDebug},
      {R"({"log.level":"Error"})", kError},
      {R"({"levelname":"CRITICAL"})", kCritical},
      {R"({"level":50,"time":1})", kError},
      {R"({"level":3})", kError},
      {R"({"level":99})", std::nullopt},
      {R"({"level":null})", std::nullopt},
      {R"({"msg":"level"})", std::nullopt},
  });
}

TEST(LineLevel, BelievesTheOutermostObjectAlone) {
  expect_levels({
      {R"({"request":{"level":"error"},"level":"info"})", kInfo},
      {R"({"items":[{"level":"error"}],"msg":"x"})", std::nullopt},
      {R"({"msg":"a \"level\":\"error\" b","level":"debug"})", kDebug},
      {R"({"msg":"ends with a backslash\\","level":"debug"})", kDebug},
      {R"({"msg":"error","text":"ERROR level=error"})", std::nullopt},
  });
}

TEST(LineLevel, ReadsPairsOfLogfmt) {
  expect_levels({
      {"ts=2026-11-22T10:00:00Z level=warn msg=\"x y\"", kWarning},
      {"level=\"error\" msg=x", kError},
      {"msg=started lvl=dbug", kDebug},
      {"severity=notice", kNotice},
      {"mylevel=error a=b", std::nullopt},
      {"url=/x?level=error", std::nullopt},
      {"level= x", std::nullopt},
  });
}

TEST(LineLevel, ReadsKlogAndSyslogPrefixes) {
  expect_levels({
      {"I1122 15:04:05.000000       1 main.go:1] x", kInfo},
      {"W1122 15:04:05.000000       1 main.go:1] x", kWarning},
      {"E1122 15:04:05.000000       1 main.go:1] x", kError},
      {"F1122 15:04:05.000000       1 main.go:1] x", kCritical},
      {"E1122", std::nullopt},
      {"<3>broken", kError},
      {"<134>text", kInfo},
      {"<p>text", std::nullopt},
  });
}

TEST(LineLevel, ReadsWordsBeforeThePlainText) {
  expect_levels({
      {"ERROR x", kError},
      {"[error] x", kError},
      {"[Warning]x", kWarning},
      {"2026-11-22 10:00:00,123 INFO  [main] org.x: y", kInfo},
      {"10:00:00.123 [http-nio-8080] WARN com.x - y", kWarning},
      {"2026/11/22 10:00:00 [crit] 29#29: *1 x", kCritical},
      {"2026-11-22T10:00:00.000Z\tDEBUG\tx", kDebug},
      {"[2026-11-22 10:00:00] production.ERROR: x", std::nullopt},  // a word of two: not guessed
      {"WARNING:root:x", kWarning},
      {"Error: cannot find module", kError},
      {"panic: runtime error", kCritical},
      {"info: Microsoft.Hosting.Lifetime[0]", kInfo},
      {"\x1B[31mERROR\x1B[0m x", kError},
      {"2026-11-22 10:00:00.000 UTC [1] FATAL:  x", kCritical},
  });
}

TEST(LineLevel, TakesNoWordOfThePlainTextForALevel) {
  expect_levels({
      {"", std::nullopt},
      {"GET /error HTTP/1.1 ERROR", std::nullopt},
      {"no error found", std::nullopt},
      {"found ERROR in file", std::nullopt},
      {"error while reading", std::nullopt},
      {"ERROR404 page", std::nullopt},
      {"INFORMER started", std::nullopt},
      {"127.0.0.1 - - [22/Nov/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200", std::nullopt},
  });
}

TEST(LineLevel, LooksAtTheStartAlone) {
  const std::string far(kLevelWindow, ' ');
  EXPECT_EQ(line_level(far + "ERROR x"), std::nullopt);
  EXPECT_EQ(line_level(far.substr(kLevelWindow - 50) + "ERROR x"), kError);
  EXPECT_EQ(line_level(std::string(100, ' ') + "ERROR x"), std::nullopt);
}

}  // namespace
}  // namespace supercargo
