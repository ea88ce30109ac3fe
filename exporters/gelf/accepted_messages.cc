#include "exporters/gelf/accepted_messages.h"

#include <functional>

namespace supercargo {
namespace {

// Of a message's id (which stands in it once: a quote inside a text is escaped) and length: a line
// that is read again may have another time stamp where its file has none.
std::uint64_t fingerprint(std::string_view message) {
  constexpr std::string_view kId = "\"_supercargo_id\":\"";
  const std::size_t at = message.find(kId);
  const std::size_t begin = at == std::string_view::npos ? 0 : at + kId.size();
  const std::string_view id = message.substr(begin, message.find('"', begin) - begin);
  return std::hash<std::string_view>()(id) + 0x9E3779B97F4A7C15U * message.size();
}

}  // namespace

void AcceptedMessages::add(std::string_view message) {
  if (hashes_.size() >= kMost) {
    hashes_.clear();
  }
  hashes_.insert(fingerprint(message));
}

bool AcceptedMessages::take(std::string_view message) {
  return !hashes_.empty() && hashes_.erase(fingerprint(message)) > 0;
}

}  // namespace supercargo
