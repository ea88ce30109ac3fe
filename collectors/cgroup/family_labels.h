// The labels that the families of containers carry.
//
// Constant data, for the tables of families.
#pragma once

#include <array>
#include <string_view>

namespace supercargo {

// In the order in which cgroup_identity.cc renders them; what a family has besides comes last.
inline constexpr std::array<std::string_view, 6> kBaseLabels{
    "container", "id", "image", "name", "namespace", "pod"};

inline constexpr std::array<std::string_view, 7> kCpuLabels{
    "container", "id", "image", "name", "namespace", "pod", "cpu"};
inline constexpr std::array<std::string_view, 8> kFailuresLabels{
    "container", "id", "image", "name", "namespace", "pod", "failure_type", "scope"};
inline constexpr std::array<std::string_view, 7> kDeviceLabels{
    "container", "id", "image", "name", "namespace", "pod", "device"};
inline constexpr std::array<std::string_view, 10> kBlkioLabels{"container",
                                                               "id",
                                                               "image",
                                                               "name",
                                                               "namespace",
                                                               "pod",
                                                               "device",
                                                               "major",
                                                               "minor",
                                                               "operation"};
inline constexpr std::array<std::string_view, 7> kInterfaceLabels{
    "container", "id", "image", "name", "namespace", "pod", "interface"};
inline constexpr std::array<std::string_view, 7> kPageSizeLabels{
    "container", "id", "image", "name", "namespace", "pod", "pagesize"};
inline constexpr std::array<std::string_view, 7> kUlimitLabels{
    "container", "id", "image", "name", "namespace", "pod", "ulimit"};

}  // namespace supercargo
