// Builds the tree of yaml.h from a parser's events, within the limits that yaml.h promises.
//
// One per document, one thread. After the first problem every event is ignored.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agent/config/yaml.h"

namespace supercargo::config {

class YamlTree {
 public:
  using Anchor = std::size_t;  // 0: none

  void begin(YamlNode::Kind kind, Place place, Anchor anchor);  // a sequence or mapping
  void end();
  void leaf(YamlNode node, Anchor anchor);
  void alias(Place place, Anchor anchor);

  [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }

  [[nodiscard]] YamlNode take_root() { return std::move(root_); }

 private:
  struct Open {
    YamlNode node;
    Anchor anchor = 0;
    std::optional<YamlKey> key;  // read, its value not yet
  };

  void fail(Place place, std::string text);
  [[nodiscard]] bool charge(const YamlNode& node);
  [[nodiscard]] bool copy_fits(const YamlNode& node, std::size_t depth);
  void attach(YamlNode node, Anchor anchor);
  void attach_to_mapping(Open& parent, YamlNode node);
  void merge(YamlNode& mapping);
  void merge_from(const YamlNode& source, YamlNode& target, std::set<std::string>& names);

  YamlNode root_;
  std::vector<Open> open_;
  std::map<Anchor, YamlNode> anchors_;
  std::size_t nodes_ = 0;
  std::size_t bytes_ = 0;
  std::optional<Problem> problem_;
};

}  // namespace supercargo::config
