#include "tests/support/loki_selector.h"

#include <cctype>
#include <charconv>

namespace supercargo::test {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  bool take(char c) {
    skip_blanks();
    if (rest_.empty() || rest_.front() != c) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }

  std::string name() {
    skip_blanks();
    std::string out;
    while (!rest_.empty() && is_name_byte(rest_.front(), out.empty())) {
      out += rest_.front();
      rest_.remove_prefix(1);
    }
    return out;
  }

  bool quoted(std::string& out) {
    if (!take('"')) {
      return false;
    }
    while (!rest_.empty() && rest_.front() != '"') {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '\n' || (c == '\\' && !escape(out))) {
        return false;
      }
      if (c != '\\') {
        out += c;
      }
    }
    return take('"');
  }

 private:
  static bool is_name_byte(char c, bool first) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '_' || (first ? std::isalpha(byte) : std::isalnum(byte)) != 0;
  }

  void skip_blanks() {
    while (!rest_.empty() && rest_.front() == ' ') {
      rest_.remove_prefix(1);
    }
  }

  bool escape(std::string& out) {
    constexpr std::string_view kNames = "abfnrtv\\\"";
    constexpr std::string_view kBytes = "\a\b\f\n\r\t\v\\\"";
    if (rest_.empty()) {
      return false;
    }
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (const std::size_t at = kNames.find(c); at != std::string_view::npos) {
      out += kBytes[at];
      return true;
    }
    return c == 'u' ? hex_escape(out, 4) : c == 'x' && hex_escape(out, 2);
  }

  // Code points below U+0080 are all that a writer needs to escape this way.
  bool hex_escape(std::string& out, std::size_t digits) {
    const std::string_view text = rest_.substr(0, digits);
    unsigned value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (text.size() != digits || error != std::errc{} || stop != text.data() + digits ||
        value > 0x7F) {
      return false;
    }
    out += static_cast<char>(value);
    rest_.remove_prefix(digits);
    return true;
  }

  std::string_view rest_;
};

}  // namespace

Result<LabelPairs> parse_selector(std::string_view text) {
  const Error bad{ErrorCode::kParse, "expected {name=\"value\",...}"};
  LabelPairs pairs;
  Reader reader(text);
  if (!reader.take('{')) {
    return bad;
  }
  while (!reader.take('}')) {
    std::pair<std::string, std::string> pair;
    if (!pairs.empty() && !reader.take(',')) {
      return bad;
    }
    pair.first = reader.name();
    if (pair.first.empty() || !reader.take('=') || !reader.quoted(pair.second)) {
      return bad;
    }
    pairs.push_back(std::move(pair));
  }
  if (!reader.at_end()) {
    return bad;
  }
  return pairs;
}

}  // namespace supercargo::test
