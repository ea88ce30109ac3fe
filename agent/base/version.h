// The version of this build.
#pragma once

#include <string_view>

namespace supercargo {

inline constexpr std::string_view kVersion = SUPERCARGO_VERSION;

}  // namespace supercargo
