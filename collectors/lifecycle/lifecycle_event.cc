#include "collectors/lifecycle/lifecycle_event.h"

#include <array>
#include <cstdio>
#include <ctime>

#include "agent/base/json_writer.h"

namespace supercargo {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;

constexpr std::array<std::string_view, kLifecycleKinds> kNames{
    "container_start", "container_exit", "oom_kill"};

std::string message_of(const LifecycleEvent& event) {
  switch (event.kind) {
    case LifecycleKind::kStart:
      return "Container started.";
    case LifecycleKind::kExit:
      return "Container exited.";
    case LifecycleKind::kOomKill:
      break;
  }
  return event.oom_kills == 1 ? "The kernel killed a process for want of memory."
                              : "The kernel killed processes for want of memory.";
}

void write_known(std::string_view name, std::optional<double> value, JsonWriter& json) {
  if (value) {
    json.member(name, *value);
  }
}

void write_figures(const LifecycleEvent& event, JsonWriter& json) {
  if (event.kind == LifecycleKind::kOomKill) {
    json.member("oom_kills", event.oom_kills);
  }
  if (event.kind == LifecycleKind::kExit) {
    json.member("lifetime_seconds", event.final.lifetime_seconds);
    write_known("cpu_seconds", event.final.cpu_seconds, json);
    write_known("memory_peak_bytes", event.final.memory_peak_bytes, json);
    json.member("oom_kills", event.final.oom_kills);
  }
}

}  // namespace

std::string_view lifecycle_kind_name(LifecycleKind kind) {
  return kNames.at(static_cast<std::size_t>(kind));
}

std::string rfc3339_nano(std::int64_t time_ns) {
  std::int64_t nanos = time_ns % kSecondNs;
  nanos = nanos < 0 ? nanos + kSecondNs : nanos;
  const std::time_t seconds = (time_ns - nanos) / kSecondNs;
  std::tm parts{};
  (void)::gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  std::size_t size = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  const int more = std::snprintf(
      text.data() + size, text.size() - size, ".%09lldZ", static_cast<long long>(nanos));
  size += more > 0 ? static_cast<std::size_t>(more) : 0;
  return {text.data(), size};
}

std::string lifecycle_log_line(const LifecycleEvent& event) {
  std::string line = rfc3339_nano(event.time_ns) + " stdout F ";
  JsonWriter json(line);
  json.begin_object();
  json.member("event", lifecycle_kind_name(event.kind));
  json.member("level", event.kind == LifecycleKind::kOomKill ? "warning" : "info");
  json.member("message", std::string_view(message_of(event)));
  json.member("namespace", std::string_view(event.name.pod_namespace));
  json.member("pod", std::string_view(event.name.pod));
  json.member("container", std::string_view(event.name.container));
  json.member("pod_uid", std::string_view(event.pod_uid));
  json.member("container_id", std::string_view(event.container_id));
  write_figures(event, json);
  json.end_object();
  line += '\n';
  return line;
}

}  // namespace supercargo
