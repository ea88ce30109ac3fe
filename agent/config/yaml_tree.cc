#include "agent/config/yaml_tree.h"

#include <algorithm>
#include <utility>

namespace supercargo::config {
namespace {

// The deepest configuration has five levels. Walking, copying and destroying a tree recurse, and
// aliases of aliases would otherwise nest deeper than the text does.
constexpr std::size_t kMaxDepth = 64;
// An alias is a copy, so nine lines of aliases can ask for a billion nodes.
constexpr std::size_t kMaxNodes = 100'000;
constexpr std::size_t kMaxTextBytes = 4 * kMaxYamlBytes;

constexpr std::string_view kMergeKey = "<<";

std::set<std::string> names_of(const YamlNode& mapping) {
  std::set<std::string> names;
  for (const YamlKey& key : mapping.keys) {
    names.insert(key.text);
  }
  return names;
}

}  // namespace

void YamlTree::fail(Place place, std::string text) {
  if (!problem_) {
    problem_ = Problem{place, std::move(text)};
  }
}

bool YamlTree::charge(const YamlNode& node) {
  ++nodes_;
  bytes_ += node.text.size();
  if (nodes_ > kMaxNodes || bytes_ > kMaxTextBytes) {
    fail(node.place, "too much for a configuration: more than 100000 values or 4 MiB");
    return false;
  }
  return true;
}

// Charges a copy of `node` that stands `depth` levels deep.
bool YamlTree::copy_fits(const YamlNode& node, std::size_t depth) {
  if (depth > kMaxDepth) {
    fail(node.place, "nested deeper than 64 levels");
    return false;
  }
  return charge(node) &&
         std::all_of(node.items.begin(), node.items.end(), [&](const YamlNode& item) {
           return copy_fits(item, depth + 1);
         });
}

void YamlTree::begin(YamlNode::Kind kind, Place place, Anchor anchor) {
  if (problem_) {
    return;
  }
  if (open_.size() >= kMaxDepth) {
    fail(place, "nested deeper than 64 levels");
    return;
  }
  Open open;
  open.node.kind = kind;
  open.node.place = place;
  open.anchor = anchor;
  if (charge(open.node)) {
    open_.push_back(std::move(open));
  }
}

void YamlTree::end() {
  if (problem_ || open_.empty()) {
    return;
  }
  Open closed = std::move(open_.back());
  open_.pop_back();
  if (closed.node.kind == YamlNode::Kind::kMapping) {
    merge(closed.node);
  }
  if (!problem_) {
    attach(std::move(closed.node), closed.anchor);
  }
}

void YamlTree::leaf(YamlNode node, Anchor anchor) {
  if (!problem_ && charge(node)) {
    attach(std::move(node), anchor);
  }
}

void YamlTree::alias(Place place, Anchor anchor) {
  if (problem_) {
    return;
  }
  const auto found = anchors_.find(anchor);
  if (found == anchors_.end()) {
    fail(place, "an alias cannot stand inside what it refers to");
    return;
  }
  if (copy_fits(found->second, open_.size())) {
    attach(found->second, 0);
  }
}

void YamlTree::attach(YamlNode node, Anchor anchor) {
  if (anchor != 0) {
    if (!copy_fits(node, open_.size())) {
      return;
    }
    anchors_[anchor] = node;
  }
  if (open_.empty()) {
    root_ = std::move(node);
  } else if (open_.back().node.kind == YamlNode::Kind::kSequence) {
    open_.back().node.items.push_back(std::move(node));
  } else {
    attach_to_mapping(open_.back(), std::move(node));
  }
}

void YamlTree::attach_to_mapping(Open& parent, YamlNode node) {
  if (parent.key) {
    parent.node.keys.push_back(std::move(*parent.key));
    parent.node.items.push_back(std::move(node));
    parent.key.reset();
    return;
  }
  if (node.kind != YamlNode::Kind::kScalar && node.kind != YamlNode::Kind::kNull) {
    fail(node.place, "a key must be plain text, not a list or mapping");
    return;
  }
  parent.key = YamlKey{std::move(node.text), node.place};
}

// `<<: *anchor` or `<<: [*one, *two]`: own keys win, then the earlier mapping.
void YamlTree::merge(YamlNode& mapping) {
  const auto is_merge = [](const YamlKey& key) { return key.text == kMergeKey; };
  const auto at = std::find_if(mapping.keys.begin(), mapping.keys.end(), is_merge);
  if (at == mapping.keys.end()) {
    return;
  }
  const auto index = at - mapping.keys.begin();
  const YamlNode source = std::move(mapping.items[static_cast<std::size_t>(index)]);
  mapping.keys.erase(at);
  mapping.items.erase(mapping.items.begin() + index);
  const bool is_list = source.kind == YamlNode::Kind::kSequence;
  const std::size_t count = is_list ? source.items.size() : 1;
  std::set<std::string> names = names_of(mapping);
  for (std::size_t i = 0; i < count; ++i) {
    merge_from(is_list ? source.items[i] : source, mapping, names);
  }
}

void YamlTree::merge_from(const YamlNode& source, YamlNode& target, std::set<std::string>& names) {
  if (source.kind != YamlNode::Kind::kMapping) {
    fail(source.place, "<<: expected a mapping to merge in");
    return;
  }
  for (std::size_t i = 0; i < source.keys.size(); ++i) {
    if (names.insert(source.keys[i].text).second) {
      target.keys.push_back(source.keys[i]);
      target.items.push_back(source.items[i]);
    }
  }
}

}  // namespace supercargo::config
