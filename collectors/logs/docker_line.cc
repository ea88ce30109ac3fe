#include "collectors/logs/docker_line.h"

#include <simdjson.h>

namespace supercargo {

struct DockerLineDecoder::Parser {
  simdjson::ondemand::parser json;
  simdjson::padded_string padded{std::size_t{64} << 10};
  std::string texts;  // reserved by start(): appending must not move it

  std::string_view keep(std::string_view text) {
    const std::size_t begin = texts.size();
    texts += text;
    return std::string_view(texts).substr(begin);
  }

  simdjson::padded_string_view pad(std::string_view line) {
    if (padded.size() < line.size()) {
      padded = simdjson::padded_string(line.size() * 2);
    }
    line.copy(padded.data(), line.size());
    return simdjson::padded_string_view(
        padded.data(), line.size(), padded.size() + simdjson::SIMDJSON_PADDING);
  }
};

DockerLineDecoder::DockerLineDecoder() : parser_(std::make_unique<Parser>()) {}

DockerLineDecoder::~DockerLineDecoder() = default;

bool DockerLineDecoder::parse(std::string_view line, TimestampParser& timestamps, LogLine& out) {
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  if (parser_->json.iterate(parser_->pad(line)).get(document) != simdjson::SUCCESS ||
      document.get_object().get(object) != simdjson::SUCCESS) {
    return false;
  }
  std::string_view text;
  std::string_view stream;
  std::string_view time;
  for (auto member : object) {
    std::string_view key;
    if (member.unescaped_key().get(key) != simdjson::SUCCESS) {
      return false;
    }
    std::string_view* const target = key == "log"      ? &text
                                     : key == "stream" ? &stream
                                     : key == "time"   ? &time
                                                       : nullptr;
    if (target != nullptr && member.value().get_string().get(*target) != simdjson::SUCCESS) {
      return false;
    }
  }
  const std::optional<std::int64_t> time_ns = timestamps.parse(time);
  if (!time_ns || document.current_location().error() != simdjson::OUT_OF_BOUNDS ||
      (stream != "stdout" && stream != "stderr")) {
    return false;
  }
  out.time_ns = *time_ns;
  out.stream = stream == "stdout" ? Stream::kStdout : Stream::kStderr;
  out.partial = !text.ends_with('\n');
  if (!out.partial) {
    text.remove_suffix(1);
  }
  out.text = parser_->keep(text);
  return true;
}

// A decoded text is never longer than its line, so one reservation is enough for all lines of the
// chunk.
void DockerLineDecoder::start(std::size_t chunk_bytes) {
  parser_->texts.clear();
  parser_->texts.reserve(chunk_bytes);
}

}  // namespace supercargo
