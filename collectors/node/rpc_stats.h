// The files of /proc/net/rpc: counters of the NFS client and server, a line of numbers a kind.
//
// Pure functions and constants, shared by the nfs and the nfsd collector.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "agent/base/sample_set.h"

namespace supercargo {

struct RpcLine {
  std::string_view key;                // net, rpc, proc3 ...
  std::vector<std::uint64_t> numbers;  // those before the first word that is none
};

// Views into `text`.
[[nodiscard]] std::vector<RpcLine> parse_rpc_stats(std::string_view text);

// The names of the procedures, in the order of the lines procN; an empty one is not shown.
inline constexpr std::array<std::string_view, 18> kNfs2Methods{"Null",
                                                               "GetAttr",
                                                               "SetAttr",
                                                               "Root",
                                                               "Lookup",
                                                               "ReadLink",
                                                               "Read",
                                                               "WrCache",
                                                               "Write",
                                                               "Create",
                                                               "Remove",
                                                               "Rename",
                                                               "Link",
                                                               "SymLink",
                                                               "MkDir",
                                                               "RmDir",
                                                               "ReadDir",
                                                               "FsStat"};
inline constexpr std::array<std::string_view, 22> kNfs3Methods{
    "Null",    "GetAttr",     "SetAttr", "Lookup", "Access",   "ReadLink", "Read",   "Write",
    "Create",  "MkDir",       "SymLink", "MkNod",  "Remove",   "RmDir",    "Rename", "Link",
    "ReadDir", "ReadDirPlus", "FsStat",  "FsInfo", "PathConf", "Commit"};
inline constexpr std::array<std::string_view, 59> kNfs4Methods{"Null",
                                                               "Read",
                                                               "Write",
                                                               "Commit",
                                                               "Open",
                                                               "OpenConfirm",
                                                               "OpenNoattr",
                                                               "OpenDowngrade",
                                                               "Close",
                                                               "Setattr",
                                                               "FsInfo",
                                                               "Renew",
                                                               "SetClientID",
                                                               "SetClientIDConfirm",
                                                               "Lock",
                                                               "Lockt",
                                                               "Locku",
                                                               "Access",
                                                               "Getattr",
                                                               "Lookup",
                                                               "LookupRoot",
                                                               "Remove",
                                                               "Rename",
                                                               "Link",
                                                               "Symlink",
                                                               "Create",
                                                               "Pathconf",
                                                               "StatFs",
                                                               "ReadLink",
                                                               "ReadDir",
                                                               "ServerCaps",
                                                               "DelegReturn",
                                                               "GetACL",
                                                               "SetACL",
                                                               "FsLocations",
                                                               "ReleaseLockowner",
                                                               "Secinfo",
                                                               "FsidPresent",
                                                               "ExchangeID",
                                                               "CreateSession",
                                                               "DestroySession",
                                                               "Sequence",
                                                               "GetLeaseTime",
                                                               "ReclaimComplete",
                                                               "LayoutGet",
                                                               "GetDeviceInfo",
                                                               "LayoutCommit",
                                                               "LayoutReturn",
                                                               "SecinfoNoName",
                                                               "TestStateID",
                                                               "FreeStateID",
                                                               "GetDeviceList",
                                                               "BindConnToSession",
                                                               "DestroyClientID",
                                                               "Seek",
                                                               "Allocate",
                                                               "DeAllocate",
                                                               "LayoutStats",
                                                               "Clone"};
inline constexpr std::array<std::string_view, 38> kNfs4Operations{"",
                                                                  "",
                                                                  "",
                                                                  "Access",
                                                                  "Close",
                                                                  "Commit",
                                                                  "Create",
                                                                  "DelegPurge",
                                                                  "DelegReturn",
                                                                  "GetAttr",
                                                                  "GetFH",
                                                                  "Link",
                                                                  "Lock",
                                                                  "Lockt",
                                                                  "Locku",
                                                                  "Lookup",
                                                                  "LookupRoot",
                                                                  "Nverify",
                                                                  "Open",
                                                                  "OpenAttr",
                                                                  "OpenConfirm",
                                                                  "OpenDgrd",
                                                                  "PutFH",
                                                                  "",
                                                                  "",
                                                                  "Read",
                                                                  "ReadDir",
                                                                  "ReadLink",
                                                                  "Remove",
                                                                  "Rename",
                                                                  "Renew",
                                                                  "RestoreFH",
                                                                  "SaveFH",
                                                                  "SecInfo",
                                                                  "SetAttr",
                                                                  "Verify",
                                                                  "Write",
                                                                  "RelLockOwner"};

// Adds a sample {method, proto} for each number of a line procN, which begins with their count.
void add_rpc_methods(const RpcLine& line,
                     std::string_view proto,
                     std::span<const std::string_view> methods,
                     std::size_t family,
                     SampleSet& out);

}  // namespace supercargo
