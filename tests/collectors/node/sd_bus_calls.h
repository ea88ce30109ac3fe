// Functions of libsystemd that a server needs beyond those of sd_bus_library.h.
//
// Called by the thread of the stand-in. Looked up by name, since the build needs no libsystemd.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include <dlfcn.h>

#include "collectors/node/sd_bus_library.h"

namespace supercargo::test {

inline constexpr const char* kLibrary = "libsystemd.so.0";

// Calls a function of libsystemd; the arguments have exactly the types that it declares.
template <class... Arguments>
int sd(const char* name, Arguments... arguments) {
  static void* const library = ::dlopen(kLibrary, RTLD_NOW | RTLD_NODELETE);
  void* const symbol = library == nullptr ? nullptr : ::dlsym(library, name);
  if (symbol == nullptr) {
    throw std::runtime_error(std::string("libsystemd.so.0 has no ") + name);
  }
  return reinterpret_cast<int (*)(Arguments...)>(symbol)(arguments...);
}

struct Id128 {
  std::uint64_t words[2];
};

struct BusError {
  const char* name;
  const char* message;
  int need_free;
};

// Of those of which the test cannot go on without success.
template <class... Arguments>
void must(const char* name, Arguments... arguments) {
  if (const int result = sd<Arguments...>(name, arguments...); result < 0) {
    throw std::runtime_error(std::string(name) + ": " + std::to_string(result));
  }
}

inline void append_text(sd_bus_message* out, char type, const std::string& text) {
  must<sd_bus_message*, char, const void*>("sd_bus_message_append_basic", out, type, text.c_str());
}

inline void append_number(sd_bus_message* out, char type, const void* number) {
  must<sd_bus_message*, char, const void*>("sd_bus_message_append_basic", out, type, number);
}

inline void open(sd_bus_message* out, char type, const char* contents) {
  must<sd_bus_message*, char, const char*>("sd_bus_message_open_container", out, type, contents);
}

inline void close(sd_bus_message* out) {
  must<sd_bus_message*>("sd_bus_message_close_container", out);
}

inline std::string text_of(sd_bus_message* in) {
  const char* text = nullptr;
  must<sd_bus_message*, char, void*>("sd_bus_message_read_basic", in, 's', &text);
  return text;
}

// What a call says of itself: member, interface or path.
inline std::string_view header(const char* function, sd_bus_message* call) {
  static void* const library = ::dlopen(kLibrary, RTLD_NOW | RTLD_NODELETE);
  const char* const found =
      reinterpret_cast<const char* (*)(sd_bus_message*)>(::dlsym(library, function))(call);
  return found == nullptr ? "" : found;
}

}  // namespace supercargo::test
