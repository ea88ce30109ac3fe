#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/fields.h"
#include "agent/config/reference.h"
#include "agent/config/reference_text.h"
#include "agent/config/values.h"

namespace supercargo {
namespace {

using config::Field;
using config::Slot;
using config::Table;
using config::Variant;

// A bar ends the cell of a table, also inside backticks, unless it is escaped.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += c == '|' ? "\\|" : std::string(1, c);
  }
  return out;
}

std::string code(std::string_view text) {
  return "`" + cell(text) + "`";
}

std::string codes(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    out.append(out.empty() ? "" : ", ").append(code(word));
  }
  return out;
}

// GitHub's rule for the anchor of a heading.
std::string anchor(std::string_view title) {
  std::string out;
  for (const char c : title) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-') {
      out += c;
    } else if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else if (c == ' ') {
      out += '-';
    }
  }
  return out;
}

std::string default_text(const Field& field, const Slot& slot) {
  if (field.required) {
    return "**required**";
  }
  std::string text;
  if (config::is_scalar(field.type)) {
    const std::string value = config::scalar_text(field, slot);
    text = value.empty() ? "" : code(value);
  } else if (const auto* list = std::get_if<config::TextList*>(&slot)) {
    text = codes(**list);
  }
  return text.empty() ? std::string(field.unset) : text;
}

std::string type_text(const Field& field) {
  const std::string name(config::type_name(field.type));
  return field.table == nullptr ? name : "[" + name + "](#" + anchor(field.table->title) + ")";
}

std::string bounds(const Field& field) {
  if (field.choices.empty()) {
    return config::bound_text(field);
  }
  return codes({field.choices.begin(), field.choices.end()});
}

class Reference {
 public:
  explicit Reference(std::string& out) : out_(out) {}

  void section(const Table& table) {
    if (std::find(done_.begin(), done_.end(), &table) != done_.end()) {
      return;
    }
    done_.push_back(&table);
    out_.append("\n## ").append(table.title).append("\n\n").append(table.description);
    out_ +=
        "\n\n| key | type | default | bounds | description |\n| --- | --- | --- | --- | --- |\n";
    const auto defaults = table.make();
    for (const Field& field : table.fields) {
      row(field, field.slot(defaults.get()));
    }
    example(table);
    for (const Variant& variant : table.variants) {
      section(*variant.table);
    }
    for (const Field& field : table.fields) {
      if (field.table != nullptr) {
        section(*field.table);
      }
    }
  }

 private:
  void row(const Field& field, const Slot& slot) {
    out_.append("| ").append(code(field.key)).append(" | ").append(type_text(field));
    out_.append(" | ").append(default_text(field, slot));
    out_.append(" | ").append(bounds(field));
    out_.append(" | ").append(cell(field.description)).append(" |\n");
  }

  void example(const Table& table) {
    for (const Field& field : table.fields) {
      if (!field.example.empty()) {
        out_.append("\nAn example of ").append(code(field.key)).append(":\n\n```yaml\n");
        out_.append(example_path(table, field)).append("```\n");
      }
    }
  }

  // The example from the top of the file, so that it can be copied.
  static std::string example_path(const Table& table, const Field& field) {
    const bool is_root = &table == &config::kRootTable;
    std::string out = is_root ? "" : std::string(table.title) + ":\n";
    const std::string indent(is_root ? 0 : 2, ' ');
    out.append(indent).append(field.key).append(":\n");
    std::string_view lines = field.example;
    while (!lines.empty()) {
      const std::size_t end = std::min(lines.find('\n'), lines.size() - 1) + 1;
      out.append(indent).append("  ").append(lines.substr(0, end));
      lines.remove_prefix(end);
    }
    return out;
  }

  std::string& out_;
  std::vector<const Table*> done_;
};

}  // namespace

std::string config_reference_markdown() {
  std::string out(config::kReferenceIntro);
  Reference reference(out);
  reference.section(config::kRootTable);
  reference.section(config::kWebTable);
  return out;
}

}  // namespace supercargo
