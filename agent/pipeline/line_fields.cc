#include "agent/pipeline/line_fields.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <simdjson.h>

#include "agent/base/utf8.h"
#include "agent/pipeline/logfmt.h"

namespace supercargo {
namespace {

namespace ondemand = simdjson::ondemand;
using simdjson::SUCCESS;
using Format = ParseConfig::Format;

std::string_view trimmed(std::string_view text) {
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  return text.substr(0, end + 1);
}

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && text[end] >= '0' && text[end] <= '9') {
    ++end;
  }
  return end - at;
}

bool has_number_form(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = digits_at(text, at);
  if (whole == 0 || (whole > 1 && text[at] == '0')) {
    return false;
  }
  at += whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t part = digits_at(text, at + 1);
    if (part == 0) {
      return false;
    }
    at += part + 1;
  }
  if (at < text.size() && (text[at] | 0x20) == 'e') {
    ++at;
    at += at < text.size() && (text[at] == '+' || text[at] == '-') ? 1U : 0U;
    const std::size_t power = digits_at(text, at);
    if (power == 0) {
      return false;
    }
    at += power;
  }
  return at == text.size();
}

}  // namespace

bool is_json_number(std::string_view text) {
  double number = 0;
  return has_number_form(text) &&
         std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc();
}

// A wanted name "http.status" is a member of that name, or the member `status` of an object `http`.
struct LineFields::Json {
  struct Name {
    std::string key;
    std::size_t which = kNone;
    std::vector<Name> below{};  // of the object's members
  };

  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  ondemand::parser parser;
  std::vector<char> padded = std::vector<char>(kMaxLineBytes + simdjson::SIMDJSON_PADDING);
  std::vector<Name> names;

  static void want(std::vector<Name>& names, std::string_view path, std::size_t which) {
    named(names, path).which = which;
    for (std::size_t dot = path.find('.'); dot != std::string_view::npos;
         dot = path.find('.', dot + 1)) {
      want(named(names, path.substr(0, dot)).below, path.substr(dot + 1), which);
    }
  }

  static Name& named(std::vector<Name>& names, std::string_view key) {
    for (Name& name : names) {
      if (name.key == key) {
        return name;
      }
    }
    return names.emplace_back(Name{std::string(key)});
  }

  static const Name* find(const std::vector<Name>& names, std::string_view key) {
    const auto found = std::find_if(
        names.begin(), names.end(), [key](const Name& name) { return name.key == key; });
    return found == names.end() ? nullptr : &*found;
  }

  // False: damaged.
  static bool read_object(ondemand::object object, const std::vector<Name>& names, LineFields& out);
  static bool read_value(ondemand::value& value, const Name& name, LineFields& out);
};

bool LineFields::Json::read_object(ondemand::object object,
                                   const std::vector<Name>& names,
                                   LineFields& out) {
  for (auto member : object) {
    std::string_view key;
    if (member.unescaped_key().get(key) != SUCCESS) {
      return false;
    }
    ondemand::value value;
    const Name* const name = find(names, key);
    if (name == nullptr) {
      continue;
    }
    if (member.value().get(value) != SUCCESS || !read_value(value, *name, out)) {
      return false;
    }
  }
  return true;
}

bool LineFields::Json::read_value(ondemand::value& value, const Name& name, LineFields& out) {
  ondemand::json_type type{};
  if (value.type().get(type) != SUCCESS) {
    return false;
  }
  std::string_view text;
  if (type == ondemand::json_type::object && name.which == kNone) {
    ondemand::object object;
    return value.get_object().get(object) == SUCCESS && read_object(object, name.below, out);
  }
  if (name.which == kNone) {
    return true;
  }
  switch (type) {
    case ondemand::json_type::string:
      if (value.get_string().get(text) != SUCCESS) {
        return false;
      }
      out.add(name.which, text, /*may_be_number=*/false);
      return true;
    case ondemand::json_type::object:
    case ondemand::json_type::array: {
      if (simdjson::to_json_string(value).get(text) != SUCCESS) {
        return false;
      }
      out.add(name.which, trimmed(text), /*may_be_number=*/false);
      return true;
    }
    default:
      text = trimmed(value.raw_json_token());
      out.add(name.which, text, /*may_be_number=*/true);
      return has_number_form(text) || text == "true" || text == "false" || text == "null";
  }
}

LineFields::LineFields(ParseConfig config)
    : config_(std::move(config)),
      wanted_(config_.format != Format::kNone && !config_.fields.empty()) {
  if (!wanted_) {
    return;
  }
  json_ = std::make_unique<Json>();
  for (std::size_t i = 0; i < config_.fields.size(); ++i) {
    Json::want(json_->names, config_.fields[i], i);
  }
  found_.reserve(config_.fields.size());
  has_.resize(config_.fields.size());
  // Unescaped, and then repaired, which gives three times its bytes at most.
  texts_.reserve(config_.fields.size() * 4 * config_.max_value_bytes);
}

LineFields::LineFields(LineFields&&) noexcept = default;
LineFields& LineFields::operator=(LineFields&&) noexcept = default;
LineFields::~LineFields() = default;

std::span<const LineField> LineFields::find(std::string_view line) {
  found_.clear();
  has_.assign(has_.size(), false);
  texts_.clear();
  if (!wanted_) {
    return {};
  }
  const std::size_t first = line.find_first_not_of(" \t");
  const bool object = first != std::string_view::npos && line[first] == '{';
  const bool as_json =
      config_.format == Format::kJson || (config_.format == Format::kAuto && object);
  const bool parsed =
      line.size() <= kMaxLineBytes && (as_json ? object && find_json(line) : find_logfmt(line));
  if (!parsed) {
    ++unparsed_;
    return {};
  }
  return found_;
}

bool LineFields::find_json(std::string_view line) {
  line.copy(json_->padded.data(), line.size());
  ondemand::document document;
  ondemand::object object;
  return json_->parser
                 .iterate(simdjson::padded_string_view(
                     json_->padded.data(), line.size(), json_->padded.size()))
                 .get(document) == SUCCESS &&
         document.get_object().get(object) == SUCCESS &&
         Json::read_object(object, json_->names, *this);
}

bool LineFields::find_logfmt(std::string_view line) {
  bool any = false;
  while (const auto pair = next_logfmt_pair(line)) {
    any = true;
    const auto wanted = std::find(config_.fields.begin(), config_.fields.end(), pair->key);
    const auto which = static_cast<std::size_t>(wanted - config_.fields.begin());
    if (wanted == config_.fields.end() || has_[which]) {
      continue;
    }
    std::string_view text = pair->value;
    if (pair->quoted && text.find('\\') != std::string_view::npos) {
      // Cut first: what is kept of it fits in its share of texts_.
      const std::size_t begin = texts_.size();
      append_logfmt_unescaped(texts_, text.substr(0, config_.max_value_bytes));
      text = std::string_view(texts_).substr(begin);
    }
    add(which, text, /*may_be_number=*/!pair->quoted);
  }
  return any;
}

void LineFields::add(std::size_t which, std::string_view text, bool may_be_number) {
  if (has_[which] || text.empty()) {
    return;
  }
  has_[which] = true;
  const bool is_number =
      may_be_number && text.size() <= config_.max_value_bytes && is_json_number(text);
  text = cut_utf8(text, config_.max_value_bytes);
  if (valid_utf8_prefix(text) != text.size()) {
    const std::size_t begin = texts_.size();
    append_valid_utf8(texts_, text);
    text = cut_utf8(std::string_view(texts_).substr(begin), config_.max_value_bytes);
  }
  found_.push_back({which, text, is_number});
}

}  // namespace supercargo
