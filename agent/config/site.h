// Where a table's own rules report: by the path of a key below the mapping that they judge.
//
// Made by the reader for one mapping and one call; borrows everything. One thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/config/place.h"
#include "agent/config/yaml.h"

namespace supercargo::config {

struct Findings {
  std::vector<Problem> errors;
  std::vector<Problem> warnings;
};

class Site {
 public:
  Site(const YamlNode& node, std::string_view path, Findings& findings)
      : node_(node), path_(path), findings_(findings) {}

  // `key` may lead further down: "auth.password", "outputs[1].name". The place is that of the
  // deepest part that stands in the file.
  void error(std::string_view key, std::string_view text);
  void warning(std::string_view key, std::string_view text);

  // Whether the file says something under that key of this mapping.
  [[nodiscard]] bool has(std::string_view key) const { return node_.find(key) != nullptr; }

 private:
  [[nodiscard]] Problem problem(std::string_view key, std::string_view text) const;

  const YamlNode& node_;
  std::string_view path_;
  Findings& findings_;
};

// "outputs[0]" and "url" make "outputs[0].url"; the root's path is empty.
[[nodiscard]] std::string join_path(std::string_view path, std::string_view key);
[[nodiscard]] std::string item_path(std::string_view path, std::size_t index);

}  // namespace supercargo::config
