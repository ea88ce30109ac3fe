// How the configuration describes itself: a table of fields for each struct of agent_config.h.
// Parsing, defaults, bounds, CONFIG.md, the JSON schema and every printed configuration walk the
// same tables.
//
// Constants, any thread. An object is passed as void* beside its table; field<&T::member> and the
// table's make() are the only places that know the type.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace supercargo::config {

class Site;
struct Table;

using TextList = std::vector<std::string>;
using TextMap = std::map<std::string, std::string>;

// An enumeration (or the kind of a variant), as an index into the field's choices.
struct ChoiceSlot {
  void* object;
  std::size_t (*get)(const void* object);
  void (*set)(void* object, std::size_t choice);
};

struct MappingSlot {
  void* object;  // described by the field's table
};

struct ListSlot {
  void* list;
  std::size_t (*size)(const void* list);
  void* (*item)(void* list, std::size_t index);
  void* (*append)(void* list);
};

// Where a field's value is stored.
using Slot = std::variant<std::string*,
                          bool*,
                          std::uint32_t*,
                          std::uint64_t*,
                          std::chrono::milliseconds*,
                          std::chrono::seconds*,
                          TextList*,
                          TextMap*,
                          ChoiceSlot,
                          MappingSlot,
                          ListSlot>;

// What is wrong with a text, or nothing when it is fine.
using TextCheck = std::string (*)(std::string_view text);

// Inclusive; milliseconds for durations.
struct Range {
  std::uint64_t min = 0;
  std::uint64_t max = std::numeric_limits<std::uint64_t>::max();
};

enum class FieldType {
  kText,
  kFlag,
  kInteger,
  kSize,
  kDuration,
  kTextList,
  kTextMap,
  kChoice,
  kMapping,
  kMappingList,
};

struct Field {
  std::string_view key{};
  FieldType type{};
  Slot (*slot)(void* object) = nullptr;
  std::string_view description{};  // what and why, in sentences, Markdown
  std::string_view unset{};        // what an empty value means, for the reference
  std::span<const std::string_view> choices{};
  Range range{};
  TextCheck check = nullptr;      // of a text, each item of a list, each value of a mapping
  TextCheck key_check = nullptr;  // of a mapping's keys
  const Table* table = nullptr;   // of a mapping or each item of a list
  std::string_view example{};     // YAML below the key, for a list that is empty by default
  bool required = false;
  bool secret = false;  // never printed
};

// The members that an object has beside its table's, chosen by its `type` key.
struct Variant {
  std::string_view type;
  const Table* table;
  void* (*object)(void* owner);  // Requires: the owner's type is this one.
};

struct Table {
  std::string_view title;
  std::string_view description;
  std::span<const Field> fields;
  std::shared_ptr<void> (*make)();  // an object with defaults
  std::span<const Variant> variants{};
  // Rules that span fields, and the defaults that follow from other fields.
  void (*finish)(void* object, Site& site) = nullptr;

  // Nothing when no row has that key.
  [[nodiscard]] const Field* find(std::string_view key) const {
    for (const Field& field : fields) {
      if (field.key == key) {
        return &field;
      }
    }
    return nullptr;
  }
};

namespace detail {

template <class Owner, class Value>
Owner owner_of(Value Owner::*);
template <class Owner, class Value>
Value value_of(Value Owner::*);

template <auto Member>
using OwnerOf = decltype(owner_of(Member));

template <auto First, auto... Rest>
auto& member_of(OwnerOf<First>& object) {
  if constexpr (sizeof...(Rest) == 0) {
    return object.*First;
  } else {
    return member_of<Rest...>(object.*First);
  }
}

template <class T>
inline constexpr bool kIsObjectList = false;
template <class T>
inline constexpr bool kIsObjectList<std::vector<T>> = !std::is_same_v<T, std::string>;

template <class List>
ListSlot list_slot(List& list) {
  return {&list,
          [](const void* any) { return static_cast<const List*>(any)->size(); },
          [](void* any, std::size_t index) -> void* { return &(*static_cast<List*>(any))[index]; },
          [](void* any) -> void* { return &static_cast<List*>(any)->emplace_back(); }};
}

template <class Enum>
ChoiceSlot choice_slot(Enum& member) {
  return {
      &member,
      [](const void* any) { return static_cast<std::size_t>(*static_cast<const Enum*>(any)); },
      [](void* any, std::size_t choice) { *static_cast<Enum*>(any) = static_cast<Enum>(choice); }};
}

template <class Value>
Slot make_slot(Value& member) {
  if constexpr (std::is_constructible_v<Slot, Value*>) {
    return &member;
  } else if constexpr (std::is_enum_v<Value>) {
    return choice_slot(member);
  } else if constexpr (kIsObjectList<Value>) {
    return list_slot(member);
  } else {
    return MappingSlot{&member};
  }
}

template <class Value>
constexpr FieldType type_of(bool has_choices, bool is_bytes) {
  if constexpr (std::is_same_v<Value, bool>) {
    return FieldType::kFlag;
  } else if constexpr (std::is_integral_v<Value>) {
    return is_bytes ? FieldType::kSize : FieldType::kInteger;
  } else if constexpr (std::is_same_v<Value, std::string>) {
    return has_choices ? FieldType::kChoice : FieldType::kText;
  } else if constexpr (std::is_enum_v<Value>) {
    return FieldType::kChoice;
  } else if constexpr (std::is_same_v<Value, std::chrono::milliseconds> ||
                       std::is_same_v<Value, std::chrono::seconds>) {
    return FieldType::kDuration;
  } else if constexpr (std::is_same_v<Value, TextList>) {
    return FieldType::kTextList;
  } else if constexpr (std::is_same_v<Value, TextMap>) {
    return FieldType::kTextMap;
  } else {
    return kIsObjectList<Value> ? FieldType::kMappingList : FieldType::kMapping;
  }
}

template <auto First, auto... Rest>
using MemberType =
    std::remove_reference_t<decltype(member_of<First, Rest...>(std::declval<OwnerOf<First>&>()))>;

}  // namespace detail

enum class Unit { kNone, kBytes };

// The row of a member, or of a member of a member: field<&OutputConfig::delivery,
// &DeliveryConfig::batch_bytes>("batch_bytes", {...}).
template <auto First, auto... Rest>
constexpr Field field(std::string_view key, Field row, Unit unit = Unit::kNone) {
  row.key = key;
  row.type = detail::type_of<detail::MemberType<First, Rest...>>(!row.choices.empty(),
                                                                 unit == Unit::kBytes);
  row.slot = [](void* object) {
    return detail::make_slot(
        detail::member_of<First, Rest...>(*static_cast<detail::OwnerOf<First>*>(object)));
  };
  return row;
}

template <class Object>
std::shared_ptr<void> make_object() {
  return std::make_shared<Object>();
}

}  // namespace supercargo::config
