#include "exporters/loki/field_metadata.h"

#include "exporters/loki/wire.h"

namespace supercargo {
namespace {

// As in loki_encoder.cc.
constexpr std::uint8_t kEntryMetadata = wire::bytes_tag(3);
constexpr std::uint8_t kPairName = wire::bytes_tag(1);
constexpr std::uint8_t kPairValue = wire::bytes_tag(2);

std::string label_name(std::string_view field) {
  std::string name;
  for (const char c : field) {
    const bool digit = c >= '0' && c <= '9';
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (digit && name.empty()) {
      name += '_';
    }
    name += digit || letter ? c : '_';
  }
  return name;
}

void append_pair(std::string& out, std::string_view name, std::string_view value) {
  const std::size_t size = wire::bytes_size(name.size()) + wire::bytes_size(value.size());
  const std::size_t before = out.size();
  out.resize(before + wire::bytes_size(size));
  char* place = wire::put_byte(out.data() + before, kEntryMetadata);
  place = wire::put_bytes(wire::put_varint(place, size), kPairName, name);
  wire::put_bytes(place, kPairValue, value);
}

}  // namespace

FieldMetadata::FieldMetadata(const ParseConfig& config, const LokiLabels& labels)
    : fields_(config) {
  for (const std::string& field : config.fields) {
    std::string name = label_name(field);
    name += labels.has_name(name) ? "_extracted" : "";
    names_.push_back(std::move(name));
  }
}

std::string_view FieldMetadata::with_fields(std::string_view metadata,
                                            std::string_view line,
                                            std::size_t& text_bytes) {
  buffer_ = metadata;
  for (const LineField& field : fields_.find(line)) {
    const std::string& name = names_[field.which];
    append_pair(buffer_, name, field.text);
    text_bytes += name.size() + field.text.size();
  }
  return buffer_;
}

}  // namespace supercargo
