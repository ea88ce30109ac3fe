// Label values as Loki reads them.
//
// Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace supercargo {

// Valid UTF-8 as Go's strconv.Unquote reads it, with its quotes.
void append_go_quoted(std::string& out, std::string_view text);

}  // namespace supercargo
