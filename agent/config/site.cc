#include "agent/config/site.h"

#include "agent/base/text.h"

namespace supercargo::config {
namespace {

// The place of `key`'s value, following dots and [index].
Place place_below(const YamlNode& root, std::string_view key) {
  const YamlNode* node = &root;
  while (!key.empty()) {
    std::string_view step = take_until(key, '.');
    const YamlNode* next = node->find(take_until(step, '['));
    if (next == nullptr) {
      break;
    }
    node = next;
    const auto index = parse_u64(step.substr(0, step.find(']')));
    if (index && *index < node->items.size()) {
      node = &node->items[*index];
    }
  }
  return node->place;
}

}  // namespace

std::string join_path(std::string_view path, std::string_view key) {
  std::string joined(path);
  if (!path.empty() && !key.empty()) {
    joined += '.';
  }
  return joined += key;
}

std::string item_path(std::string_view path, std::size_t index) {
  return std::string(path).append("[").append(std::to_string(index)).append("]");
}

Problem Site::problem(std::string_view key, std::string_view text) const {
  return {place_below(node_, key), join_path(path_, key).append(": ").append(text)};
}

void Site::error(std::string_view key, std::string_view text) {
  findings_.errors.push_back(problem(key, text));
}

void Site::warning(std::string_view key, std::string_view text) {
  findings_.warnings.push_back(problem(key, text));
}

}  // namespace supercargo::config
