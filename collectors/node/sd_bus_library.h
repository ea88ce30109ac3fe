// The functions of libsystemd's sd-bus that are used here, looked up when the first question is
// asked.
//
// libsystemd and what it brings would cost each agent memory at start-up, and its package would be
// needed where there is no systemd at all. So nothing links it: only the systemd collector, which
// is off by default, loads it. The ABI of libsystemd.so.0 is stable, and the declarations below
// are those of <systemd/sd-bus.h> (the test compares them where that header is installed).
//
// A value of function pointers, valid for the life of the process. Any thread.
#pragma once

#include <cstdint>

#include "agent/base/result.h"

struct sd_bus;
struct sd_bus_message;

namespace supercargo {

struct SdBusLibrary {
  int (*bus_new)(sd_bus** bus);
  int (*set_fd)(sd_bus* bus, int input, int output);
  int (*set_bus_client)(sd_bus* bus, int is_client);
  int (*start)(sd_bus* bus);
  void (*close)(sd_bus* bus);
  sd_bus* (*unref)(sd_bus* bus);
  int (*process)(sd_bus* bus, sd_bus_message** message);
  int (*get_events)(sd_bus* bus);
  int (*send)(sd_bus* bus, sd_bus_message* message, std::uint64_t* cookie);
  int (*new_method_call)(sd_bus* bus,
                         sd_bus_message** message,
                         const char* destination,
                         const char* path,
                         const char* interface,
                         const char* member);
  int (*set_auto_start)(sd_bus_message* message, int is_allowed);
  int (*append_basic)(sd_bus_message* message, char type, const void* value);
  int (*get_reply_cookie)(sd_bus_message* message, std::uint64_t* cookie);
  int (*is_method_error)(sd_bus_message* message, const char* name);
  int (*read_basic)(sd_bus_message* message, char type, void* value);
  int (*skip)(sd_bus_message* message, const char* types);
  int (*peek_type)(sd_bus_message* message, char* type, const char** contents);
  int (*enter_container)(sd_bus_message* message, char type, const char* contents);
  int (*exit_container)(sd_bus_message* message);
  sd_bus_message* (*message_unref)(sd_bus_message* message);
};

// kUnavailable when `file` is not there or lacks a function.
[[nodiscard]] Result<SdBusLibrary> load_sd_bus(const char* file);

// That of this machine, looked for once; says so in the log when there is none.
[[nodiscard]] const Result<SdBusLibrary>& sd_bus_library();

}  // namespace supercargo
