// Appends JSON to a string. The caller keeps the nesting right; this class keeps commas and escapes
// right.
//
// One thread. Output is always valid UTF-8: bytes that are not are replaced by U+FFFD, control
// characters are escaped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace supercargo {

// `text` as the inside of a JSON string, without the quotes, at the end of `out`.
void append_json_escaped(std::string& out, std::string_view text);

class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  void begin_object() { open('{'); }

  void end_object() { close('}'); }

  void begin_array() { open('['); }

  void end_array() { close(']'); }

  void key(std::string_view name);
  void value(std::string_view text);

  // Without this a literal would become `true`.
  void value(const char* text) { value(std::string_view(text)); }

  void value(double number);  // not finite: null
  void value(std::uint64_t number);
  void value(std::int64_t number);
  void value(bool flag);
  void null();

  template <class Value>
  void member(std::string_view name, Value content) {
    key(name);
    value(content);
  }

 private:
  void open(char bracket);
  void close(char bracket);
  void separate();

  std::string& out_;
  bool first_ = true;
};

}  // namespace supercargo
