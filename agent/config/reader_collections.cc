// Lists and mappings of texts, lists of mappings, and keys that stand twice.
#include <map>
#include <utility>

#include "agent/config/reader.h"
#include "agent/config/values.h"

namespace supercargo::config {
namespace {

using Kind = YamlNode::Kind;

}  // namespace

void Reader::read_text_list(const Field& field,
                            TextList& list,
                            const YamlNode& node,
                            const std::string& path) {
  if (node.kind != Kind::kSequence) {
    error(node.place, path, expectation(field));
    return;
  }
  list.clear();
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const YamlNode& item = node.items[i];
    std::string text;
    if (item.kind != Kind::kScalar) {
      error(item.place, item_path(path, i), "expected text");
    } else if (expand(item, item_path(path, i), text)) {
      const std::string problem = check_text(field, text);
      if (problem.empty()) {
        list.push_back(std::move(text));
      } else {
        error(item.place, item_path(path, i), problem);
      }
    }
  }
}

void Reader::read_text_map(const Field& field,
                           TextMap& map,
                           const YamlNode& node,
                           const std::string& path) {
  if (node.kind != Kind::kMapping) {
    error(node.place, path, expectation(field));
    return;
  }
  find_duplicates(node, path);
  map.clear();
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const YamlNode& item = node.items[i];
    const std::string& key = node.keys[i].text;
    const std::string place = join_path(path, key);
    std::string text;
    const std::string key_problem = field.key_check == nullptr ? "" : field.key_check(key);
    if (!key_problem.empty()) {
      error(node.keys[i].place, place, key_problem);
    }
    if (item.kind == Kind::kSequence || item.kind == Kind::kMapping) {
      error(item.place, place, "expected text");
    } else if (expand(item, place, text)) {
      const std::string problem = check_text(field, text);
      if (!problem.empty()) {
        error(item.place, place, problem);
      }
      map.insert_or_assign(key, std::move(text));
    }
  }
}

void Reader::read_mapping_list(const Field& field,
                               const ListSlot& slot,
                               const YamlNode& node,
                               const std::string& path) {
  if (node.kind != Kind::kSequence) {
    error(node.place, path, expectation(field) + " (- key: value)");
    return;
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    read_mapping(*field.table, slot.append(slot.list), node.items[i], item_path(path, i));
  }
}

void Reader::find_duplicates(const YamlNode& node, const std::string& path) {
  std::map<std::string_view, Place> first;
  for (const YamlKey& key : node.keys) {
    const auto [at, is_new] = first.emplace(key.text, key.place);
    if (!is_new) {
      error(key.place,
            join_path(path, key.text),
            "duplicate key, already on line " + std::to_string(at->second.line));
    }
  }
}
}  // namespace supercargo::config
