#include <string>
#include <string_view>

#include "agent/base/json_writer.h"
#include "agent/config/fields.h"
#include "agent/config/json_indent.h"
#include "agent/config/reference.h"
#include "agent/config/values.h"

namespace supercargo {
namespace {

using config::Field;
using config::FieldType;
using config::Range;
using config::Table;
using config::Variant;

// A value that the environment fills in can be anything until then.
constexpr std::string_view kVariablePattern = R"(\$\{)";
constexpr std::string_view kDurationPattern = R"(^(0|([0-9]+(ms|s|m|h|d))+)$|\$\{)";
constexpr std::string_view kSizePattern = R"(^[0-9]+([KMGT]iB?|[kKMGT]B|B)?$|\$\{)";

// Writes into an object that is open, unless its name says otherwise.
class Schema {
 public:
  explicit Schema(std::string& out) : json_(out) {}

  void document(const Table& table) {
    json_.begin_object();
    json_.member("$schema", "http://json-schema.org/draft-07/schema#");
    json_.member("title", "supercargo configuration");
    object(table, /*variant=*/nullptr);
    json_.end_object();
  }

 private:
  void object(const Table& table, const Variant* variant) {
    json_.member("type", "object");
    json_.member("additionalProperties", false);
    json_.key("properties");
    json_.begin_object();
    properties(table, variant);
    if (variant != nullptr) {
      properties(*variant->table, /*variant=*/nullptr);
    }
    json_.end_object();
    required(table, variant);
  }

  void properties(const Table& table, const Variant* variant) {
    const auto defaults = table.make();
    for (const Field& field : table.fields) {
      json_.key(field.key);
      json_.begin_object();
      json_.member("description", field.description);
      if (variant != nullptr && field.key == "type") {
        json_.member("const", variant->type);
      } else {
        value(field, field.slot(defaults.get()));
      }
      json_.end_object();
    }
  }

  void required(const Table& table, const Variant* variant) {
    json_.key("required");
    json_.begin_array();
    required_keys(table);
    if (variant != nullptr) {
      required_keys(*variant->table);
    }
    json_.end_array();
  }

  void required_keys(const Table& table) {
    for (const Field& field : table.fields) {
      if (field.required) {
        json_.value(field.key);
      }
    }
  }

  void value(const Field& field, const config::Slot& slot) {
    switch (field.type) {
      case FieldType::kMapping:
        object(*field.table, /*variant=*/nullptr);
        return;
      case FieldType::kMappingList:
        json_.member("type", "array");
        json_.key("items");
        items(*field.table);
        return;
      case FieldType::kTextList:
        text_list(field, *std::get<config::TextList*>(slot));
        return;
      case FieldType::kTextMap:
        json_.member("type", "object");
        json_.key("additionalProperties");
        types({"string", "number", "boolean"});
        return;
      default:
        scalar(field, slot);
    }
  }

  // The whole schema of a list's items.
  void items(const Table& table) {
    json_.begin_object();
    if (table.variants.empty()) {
      object(table, /*variant=*/nullptr);
    } else {
      json_.key("oneOf");
      json_.begin_array();
      for (const Variant& variant : table.variants) {
        json_.begin_object();
        object(table, &variant);
        json_.end_object();
      }
      json_.end_array();
    }
    json_.end_object();
  }

  void text_list(const Field& field, const config::TextList& defaults) {
    json_.member("type", "array");
    json_.key("items");
    json_.begin_object();
    if (field.choices.empty()) {
      type_member({"string", "number", "boolean"});
    } else {
      choices(field);
    }
    json_.end_object();
    json_.key("default");
    json_.begin_array();
    for (const std::string& text : defaults) {
      json_.value(text);
    }
    json_.end_array();
  }

  void choices(const Field& field) {
    json_.key("anyOf");
    json_.begin_array();
    json_.begin_object();
    json_.key("enum");
    json_.begin_array();
    for (const std::string_view choice : field.choices) {
      json_.value(choice);
    }
    json_.end_array();
    json_.end_object();
    json_.begin_object();
    json_.member("type", "string");
    json_.member("pattern", kVariablePattern);
    json_.end_object();
    json_.end_array();
  }

  // A whole schema that allows the types.
  void types(std::initializer_list<std::string_view> names) {
    json_.begin_object();
    type_member(names);
    json_.end_object();
  }

  void type_member(std::initializer_list<std::string_view> names) {
    json_.key("type");
    json_.begin_array();
    for (const std::string_view name : names) {
      json_.value(name);
    }
    json_.end_array();
  }

  void scalar(const Field& field, const config::Slot& slot) {
    switch (field.type) {
      case FieldType::kFlag:
        type_member({"boolean", "string"});
        json_.member("pattern", kVariablePattern);
        break;
      case FieldType::kInteger:
      case FieldType::kSize:
        type_member({"integer", "string"});
        bounds(field.range);
        json_.member("pattern", field.type == FieldType::kSize ? kSizePattern : kVariablePattern);
        break;
      case FieldType::kDuration:
        type_member({"string", "integer"});
        bounds({0, 0});  // a bare 0 is the only one without a unit
        json_.member("pattern", kDurationPattern);
        break;
      case FieldType::kChoice:
        choices(field);
        break;
      default:
        type_member({"string", "number", "boolean"});  // what needs no quotes in YAML
    }
    if (!field.required) {
      default_value(field, config::scalar_text(field, slot));
    }
  }

  void bounds(const Range& range) {
    json_.member("minimum", range.min);
    if (range.max != Range{}.max) {
      json_.member("maximum", range.max);
    }
  }

  void default_value(const Field& field, const std::string& text) {
    if (field.type == FieldType::kFlag) {
      json_.member("default", text == "true");
    } else if (field.type == FieldType::kInteger) {
      json_.member("default", static_cast<std::uint64_t>(std::stoull(text)));
    } else {
      json_.member("default", std::string_view(text));
    }
  }

  JsonWriter json_;
};

}  // namespace

std::string config_json_schema() {
  std::string compact;
  Schema(compact).document(config::kRootTable);
  return config::indent_json(compact);
}

}  // namespace supercargo
