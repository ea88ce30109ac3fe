#include "agent/config/yaml.h"

#include <exception>
#include <istream>
#include <sstream>
#include <utility>

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "agent/base/utf8.h"
#include "agent/config/yaml_tree.h"

namespace supercargo::config {
namespace {

Place place_of(const YAML::Mark& mark) {
  const auto from_zero = [](int number) {
    return number < 0 ? std::size_t{0} : static_cast<std::size_t>(number);
  };
  return {from_zero(mark.line) + 1, from_zero(mark.column) + 1};
}

class Events final : public YAML::EventHandler {
 public:
  explicit Events(YamlTree& tree) : tree_(tree) {}

  void OnDocumentStart(const YAML::Mark& mark) override { start_ = place_of(mark); }

  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlNode node;
    node.place = place_of(mark);
    tree_.leaf(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    tree_.alias(place_of(mark), anchor);
  }

  void OnScalar(const YAML::Mark& mark,
                const std::string& /*tag*/,
                YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node;
    node.kind = YamlNode::Kind::kScalar;
    node.place = place_of(mark);
    node.text = value;
    tree_.leaf(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark,
                       const std::string& /*tag*/,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    tree_.begin(YamlNode::Kind::kSequence, place_of(mark), anchor);
  }

  void OnSequenceEnd() override { tree_.end(); }

  void OnMapStart(const YAML::Mark& mark,
                  const std::string& /*tag*/,
                  YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    tree_.begin(YamlNode::Kind::kMapping, place_of(mark), anchor);
  }

  void OnMapEnd() override { tree_.end(); }

  [[nodiscard]] Place start() const { return start_; }

 private:
  YamlTree& tree_;
  Place start_;
};

bool is_refused_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20U && c != '\t' && c != '\n' && c != '\r') || byte == 0x7FU;
}

// yaml-cpp takes byte 4 for the end of the file, NUL for UTF-16, and replaces what is not UTF-8
// silently.
std::optional<Problem> check_bytes(std::string_view text) {
  Place place;
  while (!text.empty()) {
    if (is_refused_control(text.front())) {
      return Problem{place, "control characters are not allowed"};
    }
    std::size_t length = 1;
    if ((static_cast<unsigned char>(text.front()) & 0x80U) != 0) {
      length = utf8_length(text);
    }
    if (length == 0) {
      return Problem{place, "not UTF-8"};
    }
    if (text.front() == '\n') {
      place = {place.line + 1, 1};
    } else {
      ++place.column;
    }
    text.remove_prefix(length);
  }
  return std::nullopt;
}

// Never asks for a third document: yaml-cpp hands out empty ones for ever on some broken text.
std::optional<Problem> run_parser(std::string_view text, YamlTree& tree) {
  Events events(tree);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(events) || tree.problem()) {
      return tree.problem();
    }
    YamlTree second_tree;
    Events second(second_tree);
    if (parser.HandleNextDocument(second)) {
      return Problem{second.start(), "a second document, or text after the end of the first"};
    }
    return std::nullopt;
  } catch (const YAML::DeepRecursion& error) {
    return tree.problem().value_or(Problem{place_of(error.mark), "nested too deeply"});
  } catch (const YAML::Exception& error) {
    return tree.problem().value_or(Problem{place_of(error.mark), "not valid YAML: " + error.msg});
  } catch (const std::exception& error) {
    return Problem{events.start(), std::string("not valid YAML: ") + error.what()};
  }
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].text == key) {
      return &items[i];
    }
  }
  return nullptr;
}

YamlDocument parse_yaml(std::string_view text) {
  YamlDocument document;
  if (text.size() > kMaxYamlBytes) {
    document.problem = Problem{{}, "the file is larger than 1 MiB"};
    return document;
  }
  document.problem = check_bytes(text);
  if (document.problem) {
    return document;
  }
  YamlTree tree;
  document.problem = run_parser(text, tree);
  if (!document.problem) {
    document.root = tree.take_root();
  }
  return document;
}

}  // namespace supercargo::config
