#include "agent/config/reader.h"

#include <utility>
#include <vector>

#include "agent/base/edit_distance.h"
#include "agent/config/values.h"

namespace supercargo::config {
namespace {

using Kind = YamlNode::Kind;

constexpr std::string_view kVariantKey = "type";

// The types whose table has such a key: "loki or gelf".
std::string types_with(const Table& table, std::string_view key) {
  std::string types;
  for (const Variant& variant : table.variants) {
    if (variant.table->find(key) != nullptr) {
      types += types.empty() ? "" : " or ";
      types += variant.type;
    }
  }
  return types;
}

void append_keys(const Table& table, std::vector<std::string_view>& keys) {
  for (const Field& field : table.fields) {
    keys.push_back(field.key);
  }
}

}  // namespace

void Reader::error(Place place, const std::string& path, const std::string& text) {
  findings_.errors.push_back({place, path.empty() ? text : path + ": " + text});
}

void Reader::read_mapping(const Table& table,
                          void* object,
                          const YamlNode& node,
                          const std::string& path) {
  if (node.kind != Kind::kMapping && node.kind != Kind::kNull) {
    error(node.place, path, "expected a mapping (key: value)");
    return;
  }
  find_duplicates(node, path);
  Context context{table, object, node, path};
  if (!table.variants.empty()) {
    choose_variant(context);
  }
  read_entries(context);
  check_required(context);
  Site site(node, path, findings_);
  if (table.finish != nullptr) {
    table.finish(object, site);
  }
  if (context.variant != nullptr && context.variant->table->finish != nullptr) {
    context.variant->table->finish(context.variant->object(object), site);
  }
}

// The type decides which other keys there are, wherever it stands. Its own errors are reported when
// its turn comes.
void Reader::choose_variant(Context& context) {
  const YamlNode* type = context.node.find(kVariantKey);
  const Field* field = context.table.find(kVariantKey);
  if (type == nullptr || type->kind != Kind::kScalar || field == nullptr) {
    return;
  }
  const auto text = config::expand_environment(type->text, environment_);
  if (!text || !store_scalar(*field, field->slot(context.object), *text).empty()) {
    return;
  }
  for (const Variant& variant : context.table.variants) {
    if (variant.type == *text) {
      context.variant = &variant;
    }
  }
}

void Reader::read_entries(const Context& context) {
  for (std::size_t i = 0; i < context.node.keys.size(); ++i) {
    read_entry(context, context.node.keys[i], context.node.items[i]);
  }
}

void Reader::read_entry(const Context& context, const YamlKey& key, const YamlNode& value) {
  const std::string path = join_path(context.path, key.text);
  if (const Field* field = context.table.find(key.text)) {
    const bool already_read = context.variant != nullptr && key.text == kVariantKey;
    if (!already_read) {
      read_field(*field, field->slot(context.object), value, path);
    }
    return;
  }
  const Field* own = context.variant == nullptr ? nullptr : context.variant->table->find(key.text);
  if (own != nullptr) {
    read_field(*own, own->slot(context.variant->object(context.object)), value, path);
  } else {
    unknown_key(context, key);
  }
}

void Reader::unknown_key(const Context& context, const YamlKey& key) {
  const std::string path = join_path(context.path, key.text);
  const std::string types = types_with(context.table, key.text);
  if (!types.empty()) {
    // Without a type, whose own error is reported, the key may be right or wrong.
    if (context.variant != nullptr) {
      const std::string type(context.variant->type);
      error(key.place, path, "only for type " + types + ", and this is of type " + type);
    }
    return;
  }
  std::vector<std::string_view> keys;
  append_keys(context.table, keys);
  if (context.variant != nullptr) {
    append_keys(*context.variant->table, keys);
  }
  const std::string_view meant = closest_word(key.text, keys);
  error(
      key.place,
      path,
      meant.empty() ? "unknown key" : "unknown key; did you mean \"" + std::string(meant) + "\"?");
}

void Reader::check_required(const Context& context) {
  const auto check = [&](const Table& table) {
    for (const Field& field : table.fields) {
      const YamlNode* value = field.required ? context.node.find(field.key) : nullptr;
      if (field.required && (value == nullptr || value->kind == Kind::kNull)) {
        error(context.node.place, join_path(context.path, field.key), "required, but missing");
      }
    }
  };
  check(context.table);
  if (context.variant != nullptr) {
    check(*context.variant->table);
  }
}

void Reader::read_field(const Field& field,
                        const Slot& slot,
                        const YamlNode& node,
                        const std::string& path) {
  if (node.kind == Kind::kNull) {
    return;  // "key:" without a value leaves the default, as charts render it
  }
  if (is_scalar(field.type)) {
    read_scalar(field, slot, node, path);
  } else if (const auto* texts = std::get_if<TextList*>(&slot)) {
    read_text_list(field, **texts, node, path);
  } else if (const auto* map = std::get_if<TextMap*>(&slot)) {
    read_text_map(field, **map, node, path);
  } else if (const auto* list = std::get_if<ListSlot>(&slot)) {
    read_mapping_list(field, *list, node, path);
  } else if (const auto* mapping = std::get_if<MappingSlot>(&slot)) {
    read_mapping(*field.table, mapping->object, node, path);
  }
}

// Gives the text of a scalar with its environment variables filled in.
bool Reader::expand(const YamlNode& node, const std::string& path, std::string& out) {
  auto expanded = config::expand_environment(node.text, environment_);
  if (!expanded) {
    error(node.place, path, expanded.error().message);
    return false;
  }
  out = *std::move(expanded);
  return true;
}

// The message repeats what the file has, never what came from the environment.
void Reader::read_scalar(const Field& field,
                         const Slot& slot,
                         const YamlNode& node,
                         const std::string& path) {
  if (node.kind != Kind::kScalar) {
    error(node.place, path, expectation(field) + ", not a list or mapping");
    return;
  }
  std::string text;
  if (!expand(node, path, text)) {
    return;
  }
  std::string problem = store_scalar(field, slot, text);
  if (problem.empty()) {
    return;
  }
  const bool is_short_word = field.type != FieldType::kText && node.text.size() <= 40;
  if (is_short_word && !node.text.empty()) {
    problem = "\"" + node.text + "\": " + problem;
  }
  error(node.place, path, problem);
}

}  // namespace supercargo::config
