#include "agent/config/values.h"

#include <algorithm>
#include <limits>

#include "agent/base/edit_distance.h"
#include "agent/base/text.h"
#include "agent/config/units.h"

namespace supercargo::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

template <class T>
T* slot_as(const Slot& slot) {
  T* const* member = std::get_if<T*>(&slot);
  return member == nullptr ? nullptr : *member;
}

std::string join(std::span<const std::string_view> words) {
  std::string out;
  for (const std::string_view word : words) {
    out += out.empty() ? "" : ", ";
    out += word;
  }
  return out;
}

std::string number_text(FieldType type, std::uint64_t number) {
  if (type == FieldType::kDuration) {
    return format_duration(milliseconds{static_cast<std::int64_t>(number)});
  }
  return type == FieldType::kSize ? format_size(number) : std::to_string(number);
}

std::string check_range(const Field& field, std::uint64_t number, std::uint64_t type_max) {
  const std::uint64_t max = std::min(field.range.max, type_max);
  if (number >= field.range.min && number <= max) {
    return {};
  }
  return "out of range: " + number_text(field.type, field.range.min) + " to " +
         number_text(field.type, max);
}

std::string store_number(const Field& field, const Slot& slot, std::string_view text) {
  const auto number = field.type == FieldType::kSize ? parse_size(text) : parse_u64(text);
  if (!number) {
    return expectation(field);
  }
  auto* const narrow = slot_as<std::uint32_t>(slot);
  const std::uint64_t type_max = narrow != nullptr ? std::numeric_limits<std::uint32_t>::max()
                                                   : std::numeric_limits<std::uint64_t>::max();
  std::string problem = check_range(field, *number, type_max);
  if (!problem.empty()) {
    return problem;
  }
  if (narrow != nullptr) {
    *narrow = static_cast<std::uint32_t>(*number);
  } else if (auto* const wide = slot_as<std::uint64_t>(slot)) {
    *wide = *number;
  }
  return {};
}

std::string store_duration(const Field& field, const Slot& slot, std::string_view text) {
  const auto duration = parse_duration(text);
  if (!duration) {
    return expectation(field);
  }
  std::string problem = check_range(field,
                                    static_cast<std::uint64_t>(duration->count()),
                                    std::numeric_limits<std::uint64_t>::max());
  if (!problem.empty()) {
    return problem;
  }
  if (auto* const fine = slot_as<milliseconds>(slot)) {
    *fine = *duration;
  } else if (auto* const whole = slot_as<seconds>(slot)) {
    *whole = std::chrono::duration_cast<seconds>(*duration);
    return *whole == *duration ? "" : "expected whole seconds";
  }
  return {};
}

std::string store_flag(const Field& field, const Slot& slot, std::string_view text) {
  if (text != "true" && text != "false") {
    return expectation(field);
  }
  if (auto* const flag = slot_as<bool>(slot)) {
    *flag = text == "true";
  }
  return {};
}

std::string check_choice(const Field& field, std::string_view text) {
  if (std::find(field.choices.begin(), field.choices.end(), text) != field.choices.end()) {
    return {};
  }
  const std::string_view meant = closest_word(text, field.choices);
  if (!meant.empty()) {
    return "unknown value; did you mean \"" + std::string(meant) + "\"?";
  }
  return "expected one of " + join(field.choices);
}

std::string store_text(const Field& field, const Slot& slot, std::string_view text) {
  std::string problem = check_text(field, text);
  if (!problem.empty()) {
    return problem;
  }
  if (auto* const member = slot_as<std::string>(slot)) {
    *member = text;
  } else if (const auto* choice = std::get_if<ChoiceSlot>(&slot)) {
    const auto at = std::find(field.choices.begin(), field.choices.end(), text);
    choice->set(choice->object, static_cast<std::size_t>(at - field.choices.begin()));
  }
  return {};
}

}  // namespace

std::string check_text(const Field& field, std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20U; };
  if (std::any_of(text.begin(), text.end(), is_control)) {
    return "control characters and line ends are not allowed";
  }
  if (!field.choices.empty()) {
    return check_choice(field, text);
  }
  // An empty text is what the field has when it is not set.
  const bool means_unset = text.empty() && field.type == FieldType::kText && !field.required;
  return field.check == nullptr || means_unset ? "" : field.check(text);
}

std::string store_scalar(const Field& field, const Slot& slot, std::string_view text) {
  switch (field.type) {
    case FieldType::kFlag:
      return store_flag(field, slot, text);
    case FieldType::kInteger:
    case FieldType::kSize:
      return store_number(field, slot, text);
    case FieldType::kDuration:
      return store_duration(field, slot, text);
    default:
      return store_text(field, slot, text);
  }
}

std::string scalar_text(const Field& field, const Slot& slot) {
  if (const auto* text = slot_as<std::string>(slot)) {
    return *text;
  }
  if (const auto* flag = slot_as<bool>(slot)) {
    return *flag ? "true" : "false";
  }
  if (const auto* narrow = slot_as<std::uint32_t>(slot)) {
    return number_text(field.type, *narrow);
  }
  if (const auto* wide = slot_as<std::uint64_t>(slot)) {
    return number_text(field.type, *wide);
  }
  if (const auto* fine = slot_as<milliseconds>(slot)) {
    return format_duration(*fine);
  }
  if (const auto* whole = slot_as<seconds>(slot)) {
    return format_duration(*whole);
  }
  const auto* choice = std::get_if<ChoiceSlot>(&slot);
  const std::size_t index = choice == nullptr ? 0 : choice->get(choice->object);
  return index < field.choices.size() ? std::string(field.choices[index]) : std::string();
}

bool is_scalar(FieldType type) {
  return type != FieldType::kTextList && type != FieldType::kTextMap &&
         type != FieldType::kMapping && type != FieldType::kMappingList;
}

std::string_view type_name(FieldType type) {
  switch (type) {
    case FieldType::kText:
      return "text";
    case FieldType::kFlag:
      return "true or false";
    case FieldType::kInteger:
      return "integer";
    case FieldType::kSize:
      return "size";
    case FieldType::kDuration:
      return "duration";
    case FieldType::kTextList:
      return "list of texts";
    case FieldType::kTextMap:
      return "mapping of texts";
    case FieldType::kChoice:
      return "choice";
    case FieldType::kMapping:
      return "mapping";
    case FieldType::kMappingList:
      return "list of mappings";
  }
  return "";
}

std::string bound_text(const Field& field) {
  if (!field.choices.empty()) {
    return join(field.choices);
  }
  if (field.range.max == Range{}.max) {
    return {};
  }
  return number_text(field.type, field.range.min) + " to " +
         number_text(field.type, field.range.max);
}

std::string expectation(const Field& field) {
  switch (field.type) {
    case FieldType::kFlag:
      return "expected true or false";
    case FieldType::kInteger:
      return "expected a whole number";
    case FieldType::kSize:
      return "expected a size such as 64KiB, 1MiB or 10MB, or a number of bytes";
    case FieldType::kDuration:
      return "expected a duration with its unit, such as 500ms, 1s or 2m";
    case FieldType::kTextList:
    case FieldType::kMappingList:
      return "expected a list";
    case FieldType::kTextMap:
    case FieldType::kMapping:
      return "expected a mapping";
    default:
      return "expected text";
  }
}

}  // namespace supercargo::config
