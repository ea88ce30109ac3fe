#include "exporters/gelf/gelf_line_fields.h"

#include "agent/base/json_writer.h"
#include "exporters/gelf/gelf_text.h"

namespace supercargo {
namespace {

std::string key_of(const std::string& name) {
  return ",\"" + name + "\":";
}

}  // namespace

GelfLineFields::GelfLineFields(const ParseConfig& config,
                               std::string_view static_fields,
                               std::size_t max_bytes)
    : fields_(config), max_bytes_(max_bytes) {
  for (const std::string& field : config.fields) {
    std::string name = gelf_field_name(field);
    const bool taken = is_taken_gelf_field(name) || name == "_cluster" || name == "_environment" ||
                       static_fields.find(key_of(name)) != std::string_view::npos;
    name += taken ? "_extracted" : "";
    keys_.push_back(key_of(name));
  }
}

void GelfLineFields::append(std::string& out, std::string_view line) {
  const std::size_t begin = out.size();
  for (const LineField& field : fields_.find(line)) {
    const std::size_t before = out.size();
    out += keys_[field.which];
    if (field.is_number) {
      out += field.text;
    } else {
      out += '"';
      append_json_escaped(out, field.text);
      out += '"';
    }
    if (out.size() - begin > max_bytes_) {
      out.resize(before);
    }
  }
}

}  // namespace supercargo
