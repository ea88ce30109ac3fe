// The metric families of what scrapes hide, one table.
//
// Constant data, any thread. The enumerators are the places in the table.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "agent/base/metric_desc.h"

namespace supercargo::lifecycle_family {

enum LifecycleFamily : std::size_t {
  kCpuPeak,
  kMemoryPeak,
  kThrottledRatio,
  kThrottledSeconds,
  kStarts,
  kExits,
  kContainerOomKills,
  kPodOomKills,
  kNamespaceOomKills,
  kEndedCpu,
  kEndedMemoryPeak,
  kEndedOomKills,
  kEndedLifetime,
  kEndedTime,
  kEndedLeftOut,
  kEvents,
  kEventsDropped,
  kCount,
};

inline constexpr std::array<std::string_view, 4> kContainer{"container", "id", "namespace", "pod"};
inline constexpr std::array<std::string_view, 3> kName{"container", "namespace", "pod"};
inline constexpr std::array<std::string_view, 3> kPod{"namespace", "pod", "pod_uid"};
inline constexpr std::array<std::string_view, 1> kNamespace{"namespace"};
inline constexpr std::array<std::string_view, 4> kEnded{
    "container", "namespace", "pod", "container_id"};
inline constexpr std::array<std::string_view, 1> kEvent{"event"};

inline constexpr std::array<MetricDesc, kCount> kAll{{
    {"supercargo_container_cpu_peak_cores",
     "The most CPU that the container used in one second of the last 60.",
     MetricKind::kGauge,
     kContainer,
     "cpu.stat, each second; v1: cpuacct.usage"},
    {"supercargo_container_memory_usage_peak_bytes",
     "The most memory that was charged to the container at a second of the last 60.",
     MetricKind::kGauge,
     kContainer,
     "memory.current, each second; v1: memory.usage_in_bytes"},
    {"supercargo_container_cpu_throttled_ratio",
     "Of the CPU periods of the last 60 s, how many used up the quota; only with a quota.",
     MetricKind::kGauge,
     kContainer,
     "cpu.stat"},
    {"supercargo_container_cpu_throttled_seconds_total",
     "Time that threads were held back by the CPU quota; only with a quota.",
     MetricKind::kCounter,
     kContainer,
     "cpu.stat"},
    {"supercargo_container_starts_total",
     "Containers of that name that started since the agent did, however short they lived.",
     MetricKind::kCounter,
     kName,
     "cgroup directories, by inotify and walks"},
    {"supercargo_container_exits_total",
     "Containers of that name that ended since the agent started.",
     MetricKind::kCounter,
     kName,
     "cgroup directories, by inotify and walks"},
    {"supercargo_container_oom_kills_total",
     "Processes of containers of that name that the kernel killed for want of memory since the "
     "agent started, over restarts of the container. Container \"\": nobody can tell which.",
     MetricKind::kCounter,
     kName,
     "memory.events of the pod; v1: memory.oom_control of its containers, /proc/vmstat"},
    {"supercargo_pod_oom_kills_total",
     "Processes of the pod that the kernel killed for want of memory, of ended containers too; "
     "kept for two minutes after the pod. With cgroup v1 those that are seen once a second.",
     MetricKind::kCounter,
     kPod,
     "memory.events of the pod; v1: memory.oom_control of its containers, /proc/vmstat"},
    {"supercargo_namespace_oom_kills_total",
     "Processes of the namespace's pods that the kernel killed for want of memory since the agent "
     "started; outlives the pods.",
     MetricKind::kCounter,
     kNamespace,
     "memory.events of the pod; v1: memory.oom_control of its containers, /proc/vmstat"},
    {"supercargo_ended_container_cpu_seconds",
     "CPU time that a container used until it ended; kept for two minutes.",
     MetricKind::kGauge,
     kEnded,
     "cpu.stat; v1: cpuacct.usage"},
    {"supercargo_ended_container_memory_peak_bytes",
     "The most memory that was ever charged to a container that ended; kept for two minutes.",
     MetricKind::kGauge,
     kEnded,
     "memory.peak; v1: memory.max_usage_in_bytes"},
    {"supercargo_ended_container_oom_kills",
     "Processes that the kernel killed for want of memory in a container that ended; kept for two "
     "minutes.",
     MetricKind::kGauge,
     kEnded,
     "memory.events of the pod; v1: memory.oom_control"},
    {"supercargo_ended_container_lifetime_seconds",
     "From the start to the end of a container that ended; kept for two minutes.",
     MetricKind::kGauge,
     kEnded,
     "cgroup directories, by inotify and walks"},
    {"supercargo_ended_container_end_time_seconds",
     "Unix time at which a container ended; kept for two minutes.",
     MetricKind::kGauge,
     kEnded,
     "cgroup directories, by inotify and walks"},
    {"supercargo_ended_containers_left_out_total",
     "Ended containers whose last figures went before their two minutes: more than 500 at a time.",
     MetricKind::kCounter,
     {},
     "the agent itself"},
    {"supercargo_events_total",
     "Events of containers that were written for the log outputs.",
     MetricKind::kCounter,
     kEvent,
     "the agent itself"},
    {"supercargo_events_dropped_total",
     "Events of containers that could not be written for the log outputs, or went unread beyond "
     "the bounds of their files.",
     MetricKind::kCounter,
     {},
     "the agent itself"},
}};

}  // namespace supercargo::lifecycle_family
