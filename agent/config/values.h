// Single values of fields: from text into their slot and back, with the rules of the field's row.
// Pure but for the slot; any thread.
#pragma once

#include <string>
#include <string_view>

#include "agent/config/field.h"

namespace supercargo::config {

// Stores `text` in the scalar slot of `field`. What is wrong with it, or nothing; the problem never
// repeats the text. Requires: the field's type is a scalar one.
[[nodiscard]] std::string store_scalar(const Field& field, const Slot& slot, std::string_view text);

// What is wrong with a text of a field, a list's item or a mapping's value, or nothing.
[[nodiscard]] std::string check_text(const Field& field, std::string_view text);

// The stored value as text that store_scalar reads. Requires: as above.
[[nodiscard]] std::string scalar_text(const Field& field, const Slot& slot);

[[nodiscard]] bool is_scalar(FieldType type);

// "duration", "list of texts"; for people.
[[nodiscard]] std::string_view type_name(FieldType type);

// "100ms to 10m", "`a`, `b`" without the quotes: what the value must be. Empty without a bound.
[[nodiscard]] std::string bound_text(const Field& field);

// "expected a duration with its unit, such as 500ms, 1s or 2m".
[[nodiscard]] std::string expectation(const Field& field);

}  // namespace supercargo::config
