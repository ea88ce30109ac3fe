// Any text is an event, a pod, a list, a refusal, or an error: never more than that.

#include "collectors/kubernetes/watch_event.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const supercargo::PodFields kFields{{"app", "pod-template-hash"}, {"owner"}};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto event = supercargo::parse_watch_event(text, kFields);
  if (event && event->type == supercargo::WatchEvent::Type::kAdded && event->pod.name.empty()) {
    __builtin_trap();
  }
  (void)supercargo::parse_pod(text, kFields);
  (void)supercargo::parse_list_version(text);
  (void)supercargo::parse_refusal(text);
  return 0;
}
