// Lines of Docker's json-file driver:
// {"log":"text\n","stream":"stdout","time":"2026-11-22T14:36:43.8818Z"}.
//
// One decoder a reader, on its output's thread: it owns the parser's memory and the text that it
// gives out.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "collectors/logs/log_line.h"

namespace supercargo {

class DockerLineDecoder {
 public:
  DockerLineDecoder();
  ~DockerLineDecoder();
  DockerLineDecoder(const DockerLineDecoder&) = delete;
  DockerLineDecoder& operator=(const DockerLineDecoder&) = delete;

  // Begins a chunk of lines of at most `chunk_bytes` together; texts of the chunk before are gone.
  void start(std::size_t chunk_bytes);

  // Decodes one line without its line end. A `log` that does not end in a line feed is a piece
  // (partial). False when the line is not such an object. out.text is valid until start(). Source:
  // moby daemon/logger/jsonfilelog, copier.go.
  [[nodiscard]] bool parse(std::string_view line, TimestampParser& timestamps, LogLine& out);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace supercargo
