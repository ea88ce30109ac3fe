#include "tests/collectors/logs/log_scenario.h"

#include <filesystem>
#include <utility>

#include <fmt/format.h>

namespace supercargo::test {
namespace {

using testing::IsEmpty;

const std::string kDockerId(64, 'd');

void place(LogFormat format, LogNodeOptions& options) {
  switch (format) {
    case LogFormat::kCri:
      break;  // the node's defaults
    case LogFormat::kDocker:
      options.source = {LogSourceConfig::Type::kDocker, "/var/lib/docker/containers", {}};
      options.directory = "var/lib/docker/containers/" + kDockerId;
      options.files_before["config.v2.json"] = R"({"Name":"/app","Config":{"Labels":{}}})";
      break;
    case LogFormat::kPlain:
      options.source = {LogSourceConfig::Type::kFiles, "/var/log/app*/*.log", {}};
      options.directory = "var/log/app";
      break;
  }
}

std::string name_of(LogFormat format) {
  switch (format) {
    case LogFormat::kCri:
      return "0.log";
    case LogFormat::kDocker:
      return kDockerId + "-json.log";
    case LogFormat::kPlain:
      break;
  }
  return "app.log";
}

// As moby's json-file driver: what must be escaped in JSON, and nothing else that tests write.
std::string json_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out;
}

// app.log.1 becomes app.log.2, and so on: the current one becomes .1.
void renumber(LogNode& node, const std::string& name) {
  const auto numbered = [&name](int number) { return fmt::format("{}.{}", name, number); };
  int last = 0;
  while (std::filesystem::exists(node.path(numbered(last + 1)))) {
    ++last;
  }
  for (int number = last; number > 0; --number) {
    node.rename(numbered(number), numbered(number + 1));
  }
}

}  // namespace

LogNode& LogScenario::start(LogNodeOptions options) {
  place(GetParam(), options);
  current_ = name_of(GetParam());
  node_ = std::make_unique<LogNode>(std::move(options));
  return *node_;
}

std::string LogScenario::line(std::string_view text, Stream stream) {
  return frame(text, stream, /*partial=*/false);
}

std::string LogScenario::piece(std::string_view text, Stream stream) {
  return frame(text, stream, /*partial=*/true);
}

std::string LogScenario::frame(std::string_view text, Stream stream, bool partial) {
  nanoseconds_ += nanosecond_step_;
  const std::string time = fmt::format("2026-11-22T14:36:43.{:09}Z", nanoseconds_);
  switch (GetParam()) {
    case LogFormat::kCri:
      return fmt::format("{} {} {} {}\n", time, stream_name(stream), partial ? "P" : "F", text);
    case LogFormat::kDocker:
      return fmt::format("{{\"log\":\"{}{}\",\"stream\":\"{}\",\"time\":\"{}\"}}\n",
                         json_escaped(text),
                         partial ? "" : "\\n",
                         stream_name(stream),
                         time);
    case LogFormat::kPlain:
      break;
  }
  return std::string(text) + "\n";
}

std::string LogScenario::quiet_neighbour() {
  const std::string docker_id(64, 'e');
  std::string directory = "var/log/app-2";
  std::string name = name_of(GetParam());
  if (GetParam() == LogFormat::kCri) {
    directory = "var/log/pods/shop_quiet_uid-2/app";
  } else if (GetParam() == LogFormat::kDocker) {
    directory = "var/lib/docker/containers/" + docker_id;
    name = docker_id + "-json.log";
  }
  node_->tree.file(directory + "/" + name, "");
  return directory;
}

std::string LogScenario::rotate() {
  std::string rotated = current_ + ".1";
  if (GetParam() == LogFormat::kCri) {
    rotated = fmt::format("{}.20261122-14{:04}", current_, ++rotations_);
  } else {
    renumber(*node_, current_);
  }
  node_->rename(current_, rotated);
  return rotated;
}

void LogScenario::expect_no_loss() const {
  const auto account = node_->account();
  ASSERT_NE(account, nullptr);
  EXPECT_THAT(account->lost(), IsEmpty());
  EXPECT_THAT(account->dropped(), IsEmpty());
  EXPECT_THAT(account->gaps(), IsEmpty());
}

std::string format_name(const testing::TestParamInfo<LogFormat>& info) {
  switch (info.param) {
    case LogFormat::kCri:
      return "cri";
    case LogFormat::kDocker:
      return "docker";
    case LogFormat::kPlain:
      break;
  }
  return "plain";
}

std::vector<std::string> numbered_texts(int count, std::size_t bytes) {
  std::vector<std::string> texts;
  texts.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    texts.push_back(fmt::format("{} {}", i, std::string(bytes, 'x')));
  }
  return texts;
}

}  // namespace supercargo::test
