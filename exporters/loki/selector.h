// Understands the selectors in Loki's answers: which of our streams one names.
//
// Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace supercargo {

// Of the selector that `text` begins with, braces included: quoted values may contain anything. 0
// when it begins with none, or with one that does not end.
[[nodiscard]] std::size_t selector_length(std::string_view text);

using LabelPairs = std::vector<std::pair<std::string, std::string>>;

// The labels of a whole selector, values unquoted as Go does, without those of empty value; sorted
// by name. Nothing when it is no selector.
[[nodiscard]] std::optional<LabelPairs> parse_labels(std::string_view selector);

// Whether Loki, where it speaks of the stream `told`, means the one that was sent as `sent`: it
// writes labels in its own way, and adds some (service_name, and __stream_shard__ and others that
// begin with two underscores).
[[nodiscard]] bool names_stream(const LabelPairs& told, const LabelPairs& sent);

}  // namespace supercargo
