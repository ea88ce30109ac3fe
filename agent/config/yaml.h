// A YAML document as a tree that knows where everything stands. The only user of yaml-cpp.
//
// The tree is a value that the caller owns. Pure, any thread. Hostile text costs bounded time and
// memory: the nesting, the number of nodes and the bytes that aliases multiply are limited.
// Anchors, aliases and merge keys (<<) are resolved. Duplicate keys are kept: whoever walks the
// tree knows their path and reports them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/place.h"

namespace supercargo::config {

struct YamlKey {
  std::string text;
  Place place;
};

struct YamlNode {
  enum class Kind { kNull, kScalar, kSequence, kMapping };

  Kind kind = Kind::kNull;
  Place place;
  std::string text;             // of a scalar
  std::vector<YamlKey> keys;    // of a mapping: keys[i] belongs to items[i]
  std::vector<YamlNode> items;  // of a sequence or mapping

  // The value of the first such key, or nothing.
  [[nodiscard]] const YamlNode* find(std::string_view key) const;
};

struct YamlDocument {
  YamlNode root;                   // kNull for an empty file
  std::optional<Problem> problem;  // syntax: the first one, the rest of the text is unknown
};

inline constexpr std::size_t kMaxYamlBytes = std::size_t{1} << 20;

[[nodiscard]] YamlDocument parse_yaml(std::string_view text);

}  // namespace supercargo::config
