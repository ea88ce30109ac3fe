// Numbers as people read them, and text made safe for HTML.
//
// Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

namespace supercargo {

// "0 B", "1.5 KiB", "12 MiB": three digits at most.
[[nodiscard]] std::string human_bytes(double bytes);

// "0.2 s", "45 s", "3 m 20 s", "2 h 5 m", "4 d 3 h".
[[nodiscard]] std::string human_duration(double seconds);

// "0.004", "0.25", "12.3": processor cores.
[[nodiscard]] std::string human_cores(double cores);

// "12,345,678".
[[nodiscard]] std::string human_count(unsigned long long count);

// & < > " ' as entities.
void append_html_escaped(std::string& out, std::string_view text);

}  // namespace supercargo
