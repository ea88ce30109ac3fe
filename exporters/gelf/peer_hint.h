// What a person has to mend, by the first words of a peer that was spoken to in plain GELF, which
// no GELF input answers.
//
// Pure, any thread.
#pragma once

#include <string_view>

namespace supercargo {

// Begins with a colon; empty where nothing is known. Valid for ever.
[[nodiscard]] std::string_view peer_hint(std::string_view words);

}  // namespace supercargo
