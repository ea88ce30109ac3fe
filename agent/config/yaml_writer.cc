#include "agent/config/yaml_writer.h"

#include <algorithm>

#include "agent/base/json_writer.h"
#include "agent/base/text.h"
#include "agent/config/environment.h"
#include "agent/config/values.h"

namespace supercargo::config {
namespace {

constexpr std::size_t kLineLength = 100;
constexpr std::string_view kMask = "***";

bool is_word_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '/' || c == '.';
}

// Needs no quotes wherever it stands, also in [] and {}.
bool is_plain(std::string_view text) {
  const auto allowed = [](char c) { return is_word_byte(c) || c == ':' || c == '-'; };
  return !text.empty() && is_word_byte(text.front()) && is_word_byte(text.back()) &&
         std::all_of(text.begin(), text.end(), allowed);
}

bool looks_like_number(std::string_view text) {
  return text.find_first_not_of("0123456789abcdefABCDEFxo._:-") == std::string_view::npos &&
         (text.front() == '.' || (text.front() >= '0' && text.front() <= '9'));
}

// Words that YAML readers take for something else than text.
bool is_reserved(std::string_view text) {
  constexpr std::string_view kWords[] = {"null",
                                         "Null",
                                         "NULL",
                                         "true",
                                         "True",
                                         "TRUE",
                                         "false",
                                         "False",
                                         "FALSE",
                                         "yes",
                                         "no",
                                         "on",
                                         "off",
                                         "y",
                                         "n"};
  return std::find(std::begin(kWords), std::end(kWords), text) != std::end(kWords);
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20U || c == 0x7F;
}

std::string quoted(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), is_control)) {
    std::string out = "\"";
    append_json_escaped(out, text);
    return out += '"';
  }
  if (is_plain(text) && !is_reserved(text) && !looks_like_number(text)) {
    return std::string(text);
  }
  std::string out = "'";
  for (const char c : text) {
    out.append(c == '\'' ? 2 : 1, c);
  }
  return out += '\'';
}

// Numbers and flags are what they look like; text may have to be quoted not to be.
bool is_text(FieldType type) {
  return type == FieldType::kText || type == FieldType::kChoice;
}

class YamlWriter {
 public:
  YamlWriter(Comments comments, std::string& out) : comments_(comments), out_(out) {}

  void mapping(const Table& table, void* object, std::size_t indent) {
    fields(table, object, indent);
    for (const Variant& variant : table.variants) {
      const Field* type = table.find("type");
      if (type != nullptr && scalar_text(*type, type->slot(object)) == variant.type) {
        fields(*variant.table, variant.object(object), indent);
      }
    }
  }

 private:
  void fields(const Table& table, void* object, std::size_t indent) {
    for (const Field& field : table.fields) {
      comment(field, indent);
      out_.append(indent, ' ').append(field.key).append(":");
      value(field, field.slot(object), indent);
    }
  }

  void comment(const Field& field, std::size_t indent) {
    if (comments_ == Comments::kNone) {
      return;
    }
    out_ += indent == 0 && !out_.empty() ? "\n" : "";
    const std::string prefix = std::string(indent, ' ') + "# ";
    std::string text(field.description);
    const std::string bound = bound_text(field);
    if (!bound.empty()) {
      text.append(field.choices.empty() ? " Range: " : " Choices: ").append(bound).append(".");
    }
    if (!field.unset.empty()) {
      text.append(" Empty: ").append(field.unset).append(".");
    }
    append_wrapped(text, prefix, out_);
  }

  // What follows "key:", with the line's end.
  void value(const Field& field, const Slot& slot, std::size_t indent) {
    if (is_scalar(field.type)) {
      const std::string text = scalar_text(field, slot);
      const bool mask = field.secret && !text.empty();
      const std::string shown = is_text(field.type) ? yaml_scalar(mask ? kMask : text) : text;
      out_.append(" ").append(shown).append("\n");
    } else if (const auto* texts = std::get_if<TextList*>(&slot)) {
      text_list(**texts);
    } else if (const auto* map = std::get_if<TextMap*>(&slot)) {
      text_map(**map, field.secret, indent + 2);
    } else if (const auto* list = std::get_if<ListSlot>(&slot)) {
      mapping_list(field, *list, indent + 2);
    } else if (const auto* nested = std::get_if<MappingSlot>(&slot)) {
      out_ += '\n';
      mapping(*field.table, nested->object, indent + 2);
    }
  }

  void text_list(const TextList& list) {
    std::string line;
    for (const std::string& item : list) {
      line.append(line.empty() ? "" : ", ").append(yaml_scalar(item));
    }
    out_.append(" [").append(line).append("]\n");
  }

  void text_map(const TextMap& map, bool secret, std::size_t indent) {
    out_ += map.empty() ? " {}\n" : "\n";
    for (const auto& [key, text] : map) {
      out_.append(indent, ' ').append(quoted(key)).append(": ");  // keys are not expanded
      out_.append(yaml_scalar(secret ? kMask : std::string_view(text))).append("\n");
    }
  }

  // Each item is written as a mapping whose first line then gets the dash.
  void mapping_list(const Field& field, const ListSlot& slot, std::size_t indent) {
    const std::size_t count = slot.size(slot.list);
    out_ += count == 0 ? " []\n" : "\n";
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t start = out_.size();
      mapping(*field.table, slot.item(slot.list, i), indent + 2);
      out_[start + indent] = '-';
    }
    if (count == 0 && comments_ == Comments::kDescriptions) {
      example(field.example, indent);
    }
  }

  void example(std::string_view lines, std::size_t indent) {
    while (!lines.empty()) {
      out_.append(indent - 2, ' ').append("#   ").append(take_until(lines, '\n')).append("\n");
    }
    out_ += indent > 2 ? "\n" : "";  // apart from the next key's comment
  }

  Comments comments_;
  std::string& out_;
};

}  // namespace

std::string yaml_scalar(std::string_view text) {
  return quoted(escape_dollars(text));
}

void append_wrapped(std::string_view text, std::string_view prefix, std::string& out) {
  std::string line(prefix);
  while (!text.empty()) {
    const std::string_view word = take_until(text, ' ');
    if (line.size() > prefix.size() && line.size() + 1 + word.size() > kLineLength) {
      out.append(line).append("\n");
      line = prefix;
    }
    line.append(line.size() > prefix.size() ? " " : "").append(word);
  }
  out.append(line).append("\n");
}

void write_yaml(
    const Table& table, void* object, std::size_t indent, Comments comments, std::string& out) {
  YamlWriter(comments, out).mapping(table, object, indent);
}

}  // namespace supercargo::config
