// What gzip(1) makes of a text: for tests of .gz log files.
#pragma once

#include <string>
#include <string_view>

namespace supercargo::test {

[[nodiscard]] std::string gzip_of(std::string_view text);

}  // namespace supercargo::test
