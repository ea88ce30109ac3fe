#include "tests/support/graylog_stand_in_rules.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include <nlohmann/json.hpp>
#include <zlib.h>

namespace supercargo::test {
namespace {

using nlohmann::json;

constexpr auto kChunkLife = std::chrono::seconds(5);
constexpr std::size_t kChunkHead = 12;
constexpr std::size_t kMostChunks = 128;
constexpr std::size_t kInflateLimit = 8 << 20;

// Java's isWhitespace, as code points of the Basic Multilingual Plane.
bool is_java_space(std::uint32_t c) {
  const bool ascii = (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20);
  const bool wide = c == 0x1680 || (c >= 0x2000 && c <= 0x200A && c != 0x2007) || c == 0x2028 ||
                    c == 0x2029 || c == 0x205F || c == 0x3000;
  return ascii || wide;
}

bool is_java_blank(const std::string& text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    std::uint32_t c = lead;
    std::size_t length = 1;
    if (lead >= 0xF0) {
      return false;
    }
    if (lead >= 0xC0) {
      length = lead >= 0xE0 ? 3 : 2;
      c = lead & (length == 3 ? 0x0FU : 0x1FU);
      for (std::size_t k = 1; k < length && i + k < text.size(); ++k) {
        c = (c << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
      }
    }
    if (!is_java_space(c)) {
      return false;
    }
    i += length;
  }
  return true;
}

std::string check_text(const json& message, const char* name) {
  const auto field = message.find(name);
  if (field == message.end()) {
    return std::string("is missing mandatory \"") + name + "\" field";
  }
  if (!field->is_string()) {
    return std::string("has invalid \"") + name + "\"";
  }
  if (is_java_blank(field->get<std::string>())) {
    return std::string("has empty mandatory \"") + name + "\" field";
  }
  return {};
}

bool is_legal_name(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-';
  });
}

std::string check_additional(const std::string& name, const json& value) {
  static const std::set<std::string> known{
      "version", "host", "short_message", "full_message", "timestamp", "level"};
  if (known.contains(name)) {
    return {};
  }
  if (!name.starts_with('_') || name == "_id" || !is_legal_name(name)) {
    return "has an illegal field name \"" + name + "\"";
  }
  if (!value.is_string() && !value.is_number()) {
    return "field \"" + name + "\" is neither text nor number";
  }
  return {};
}

std::string check_numbers(const json& message) {
  if (!message.contains("timestamp") || !message["timestamp"].is_number()) {
    return "has no numeric \"timestamp\"";
  }
  const auto level = message.find("level");
  if (level != message.end() &&
      (!level->is_number_integer() || level->get<int>() < 0 || level->get<int>() > 7)) {
    return "has an invalid \"level\"";
  }
  return {};
}

// Whether an object names a field twice, which the parsed value no longer shows.
class TwiceNamed {
 public:
  bool operator()(int /*depth*/, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::key && !names_.insert(parsed.get<std::string>()).second) {
      name = parsed.get<std::string>();
    }
    return true;
  }

  std::string name;

 private:
  std::set<std::string> names_;
};

}  // namespace

std::string gelf_refusal(std::string_view text) {
  TwiceNamed twice;
  const json message = json::parse(
      text,
      [&twice](int depth, json::parse_event_t event, json& parsed) {
        return twice(depth, event, parsed);
      },
      /*allow_exceptions=*/false);
  if (!message.is_object()) {
    return "is not one JSON object";
  }
  if (!twice.name.empty()) {
    return "names \"" + twice.name + "\" twice";
  }
  if (message.value("version", json()) != "1.1") {
    return "is not version 1.1";
  }
  for (const char* name : {"host", "short_message"}) {
    std::string reason = check_text(message, name);
    if (!reason.empty()) {
      return reason;
    }
  }
  for (const auto& [name, value] : message.items()) {
    std::string reason = check_additional(name, value);
    if (!reason.empty()) {
      return reason;
    }
  }
  return check_numbers(message);
}

std::optional<std::string> inflate_gelf(std::string_view payload, std::string& refusal) {
  const auto byte = [&payload](std::size_t i) { return static_cast<unsigned char>(payload[i]); };
  const bool gzip = payload.size() > 2 && byte(0) == 0x1F && byte(1) == 0x8B;
  const bool zlib = payload.size() > 2 && byte(0) == 0x78 && (byte(0) * 256 + byte(1)) % 31 == 0;
  if (!gzip && !zlib) {
    return std::string(payload);
  }
  std::string input(payload);
  z_stream stream{};
  ::inflateInit2(&stream, 15 + 32);
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  std::string out;
  std::array<char, 64 << 10> buffer{};
  int result = Z_OK;
  while (result == Z_OK && out.size() <= kInflateLimit) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = buffer.size();
    result = ::inflate(&stream, Z_NO_FLUSH);
    out.append(buffer.data(), buffer.size() - stream.avail_out);
  }
  const bool whole = result == Z_STREAM_END && stream.avail_in == 0;
  ::inflateEnd(&stream);
  if (!whole) {
    refusal = "damaged compression";
    return std::nullopt;
  }
  return out;
}

std::optional<std::string> GelfChunkStore::add(std::string_view datagram,
                                               Time now,
                                               std::string& refusal) {
  expire(now);
  if (datagram.substr(0, 2) != "\x1E\x0F") {
    return std::string(datagram);
  }
  if (datagram.size() <= kChunkHead) {
    refusal = "chunk without payload";
    return std::nullopt;
  }
  const auto number = static_cast<unsigned char>(datagram[10]);
  const auto count = static_cast<unsigned char>(datagram[11]);
  if (count == 0 || count > kMostChunks || number >= count) {
    refusal = "chunk number out of range";
    return std::nullopt;
  }
  const std::string id(datagram.substr(2, 8));
  Entry& entry = entries_.try_emplace(id, Entry{now, {}, 0}).first->second;
  if (entry.parts.empty()) {
    entry.parts.resize(count);
  }
  if (entry.parts.size() != count || entry.parts[number]) {
    refusal = entry.parts.size() != count ? "chunk count changed" : "duplicate chunk";
    return std::nullopt;
  }
  entry.parts[number] = std::string(datagram.substr(kChunkHead));
  if (++entry.present < count) {
    return std::nullopt;
  }
  std::string whole;
  for (const auto& part : entry.parts) {
    whole += *part;
  }
  entries_.erase(id);
  return whole;
}

std::size_t GelfChunkStore::expire(Time now) {
  return std::erase_if(entries_,
                       [now](const auto& item) { return now - item.second.first > kChunkLife; });
}

}  // namespace supercargo::test
