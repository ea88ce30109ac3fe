#include "collectors/node/sd_bus_library.h"

#include <string>

#include <dlfcn.h>

#include "agent/base/log.h"

namespace supercargo {
namespace {

constexpr const char* kFile = "libsystemd.so.0";

class Symbols {
 public:
  explicit Symbols(void* library) : library_(library) {}

  template <class Function>
  void find(Function*& function, const char* name) {
    void* const symbol = ::dlsym(library_, name);
    if (symbol == nullptr && missing_.empty()) {
      missing_ = name;
    }
    function = reinterpret_cast<Function*>(symbol);
  }

  [[nodiscard]] const std::string& missing() const { return missing_; }

 private:
  void* library_;
  std::string missing_;  // the first that was not found
};

}  // namespace

Result<SdBusLibrary> load_sd_bus(const char* file) {
  // NODELETE: a thread that waits for an answer may outlive the collector.
  void* const handle = ::dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) {
    return Error{ErrorCode::kUnavailable,
                 std::string(file) + " cannot be loaded (Debian's package libsystemd0)"};
  }
  SdBusLibrary out{};
  Symbols symbols(handle);
  symbols.find(out.bus_new, "sd_bus_new");
  symbols.find(out.set_fd, "sd_bus_set_fd");
  symbols.find(out.set_bus_client, "sd_bus_set_bus_client");
  symbols.find(out.start, "sd_bus_start");
  symbols.find(out.close, "sd_bus_close");
  symbols.find(out.unref, "sd_bus_unref");
  symbols.find(out.process, "sd_bus_process");
  symbols.find(out.get_events, "sd_bus_get_events");
  symbols.find(out.send, "sd_bus_send");
  symbols.find(out.new_method_call, "sd_bus_message_new_method_call");
  symbols.find(out.set_auto_start, "sd_bus_message_set_auto_start");
  symbols.find(out.append_basic, "sd_bus_message_append_basic");
  symbols.find(out.get_reply_cookie, "sd_bus_message_get_reply_cookie");
  symbols.find(out.is_method_error, "sd_bus_message_is_method_error");
  symbols.find(out.read_basic, "sd_bus_message_read_basic");
  symbols.find(out.skip, "sd_bus_message_skip");
  symbols.find(out.peek_type, "sd_bus_message_peek_type");
  symbols.find(out.enter_container, "sd_bus_message_enter_container");
  symbols.find(out.exit_container, "sd_bus_message_exit_container");
  symbols.find(out.message_unref, "sd_bus_message_unref");
  if (!symbols.missing().empty()) {
    return Error{ErrorCode::kUnavailable, std::string(file) + " has no " + symbols.missing()};
  }
  return out;
}

const Result<SdBusLibrary>& sd_bus_library() {
  static const Result<SdBusLibrary> kLibrary = [] {
    Result<SdBusLibrary> loaded = load_sd_bus(kFile);
    if (!loaded) {
      log_warn("The collector systemd is on, but what it speaks D-Bus with is missing.",
               {{"error", loaded.error().message}});
    }
    return loaded;
  }();
  return kLibrary;
}

}  // namespace supercargo
