"""What the kernel has in the files of a cgroup of cgroup_nodes.py, by what the cgroup is.

No two cgroups have used equal CPU or memory, so that a value at the wrong one shows. Containers `app` and `run` have
limits, were throttled and killed; sandboxes do next to nothing; what v2 counts with its descendants is summed up.
"""

LIMITED = {"app", "run"}
SHARES = {"app": 512, "run": 512, "side": 102, "etcd_main": 102, "agent_main": 2}
NO_LIMIT_V1 = 9223372036854771712

# The root of v2 has what belongs to no controller, and the whole machine's statistics.
NOT_AT_THE_ROOT_V2 = (
    "cgroup.events cpu.max cpu.weight memory.current memory.events memory.max memory.min memory.peak "
    "memory.swap.current memory.swap.max pids.current pids.max"
).split()
NOT_AT_THE_ROOT_V1 = ("pids.current", "pids.max")

# Other kernels than 6.1: of RHEL 9 (5.14, booted without psi=1) and of RHEL 8 (4.18).
WITHOUT = {
    "crio_systemd_v2": {"memory.peak", "cpu.pressure", "memory.pressure", "io.pressure", "kernel", "nr_bursts", "burst_"},
    "crio_without_sandbox_cgroupfs_v1": {"nr_bursts", "burst_", "total_workingset"},
}

V2 = """
cgroup.events populated 1
cpu.max {quota_v2} 100000
cpu.weight {weight}
memory.current {memory}
memory.peak {peak}
memory.swap.current {swap}
memory.max {limit_v2}
memory.swap.max max
memory.min 0
pids.current {threads}
pids.max {threads_max}
io.stat {io_v2}
cpu.stat usage_usec {usage_us}; user_usec {user_us}; system_usec {system_us}; nr_periods {periods}; \
nr_throttled {throttled}; throttled_usec {throttled_us}; nr_bursts {bursts}; burst_usec {burst_us}
memory.events low 0; high {high}; max {max}; oom {oom}; oom_kill {kills}; oom_group_kill 0
memory.stat anon {anon}; file {file}; kernel {kernel}; file_mapped {mapped}; file_dirty {dirty}; \
file_writeback {writeback}; inactive_file {inactive}; active_file {active}; workingset_refault_anon 21; \
workingset_refault_file 22; pgscan 33; pgsteal 31; pgfault 4000; pgmajfault 7
cpu.pressure some avg10=0.00 avg60=0.00 avg300=0.00 total=1000001; \
full avg10=0.00 avg60=0.00 avg300=0.00 total=500000
memory.pressure some avg10=0.00 avg60=0.00 avg300=0.00 total=2000000; \
full avg10=0.00 avg60=0.00 avg300=0.00 total=1500000
io.pressure some avg10=0.00 avg60=0.00 avg300=0.00 total=3000000; \
full avg10=0.00 avg60=0.00 avg300=0.00 total=2500000
"""
V1 = """
cpuacct.usage {usage_us}000
cpuacct.stat user {user_ticks}; system {system_ticks}
cpu.stat nr_periods {periods}; nr_throttled {throttled}; throttled_time {throttled_us}000; \
nr_bursts {bursts}; burst_time {burst_us}000
cpu.cfs_period_us 100000
cpu.cfs_quota_us {quota_v1}
cpu.shares {shares}
memory.usage_in_bytes {memory}
memory.max_usage_in_bytes {peak}
memory.failcnt {own_failures}
memory.kmem.usage_in_bytes {kernel}
memory.limit_in_bytes {limit_v1}
memory.memsw.limit_in_bytes 9223372036854771712
memory.soft_limit_in_bytes 9223372036854771712
memory.oom_control oom_kill_disable 0; under_oom 0; oom_kill {own_kills}
memory.stat pgfault {own_faults}; pgmajfault {own_major}; total_cache {file}; total_rss {anon}; \
total_mapped_file {mapped}; total_dirty {dirty}; total_writeback {writeback}; \
total_workingset_refault_anon 21; total_workingset_refault_file 22; total_swap {swap}; \
total_pgfault 4000; total_pgmajfault 7; total_inactive_file {inactive}; total_active_file {active}
cgroup.clone_children 0
blkio.throttle.io_service_bytes_recursive {io_bytes_v1}
blkio.throttle.io_serviced_recursive {io_operations_v1}
pids.current {threads}
pids.max {threads_max}
"""


def kills_below(row, rows):
    """How many containers were killed in the cgroup and below it."""
    prefix = row.path.rstrip("/") + "/"
    return sum(other.key in LIMITED and (other is row or other.path.startswith(prefix)) for other in rows)


def memory_of(row):
    if row.is_sandbox():
        return {"anon": 40960, "file": 0, "kernel": 8192, "mapped": 0, "inactive": 0, "active": 0, "dirty": 0,
                "writeback": 0, "swap": 0}
    return {"anon": 524288, "file": 262144, "kernel": 65536, "mapped": 8192, "inactive": 131072, "active": 131072,
            "dirty": 12288, "writeback": 4096, "swap": 4096}


def values_of(row, rows):
    number = rows.index(row) + 1
    limited = row.key in LIMITED
    shares = 2 if row.is_sandbox() else SHARES.get(row.key, 1024)
    kills = kills_below(row, rows)
    idle = row.is_sandbox()
    return {
        **memory_of(row),
        "memory": row.memory,
        "peak": row.memory + 4096,
        "usage_us": 1_250_001 * number,
        "user_us": 1_000_000 * number,
        "system_us": 250_001 * number,
        "user_ticks": 100 * number,
        "system_ticks": 25 * number,
        "quota_v2": 50000 if limited else "max",
        "quota_v1": 50000 if limited else -1,
        "shares": shares,
        "weight": 1 + (shares - 2) * 9999 // 262142,
        "limit_v2": 268435456 if limited else "max",
        "limit_v1": 268435456 if limited else NO_LIMIT_V1,
        "periods": 40 if limited else 0,
        "throttled": 4 if limited else 0,
        "throttled_us": 1_500_000 if limited else 0,
        "bursts": 3 if limited else 0,
        "burst_us": 250_000 if limited else 0,
        "high": 6 * kills,
        "max": 5 * kills,
        "oom": 2 * kills,
        "kills": kills,
        "own_kills": int(limited),
        "own_failures": 3 if limited else 0,
        "own_faults": 3000 if row.key else 0,
        "own_major": 6 if row.key else 0,
        "threads": 1 if idle else 9,
        "threads_max": 1024 if row.is_pod() else "max",
        "io_v2": "" if idle else "8:0 rbytes=4096 wbytes=8192 rios=1 wios=2 dbytes=0 dios=0",
        "io_bytes_v1": "Total 0" if idle else "8:0 Read 4096; 8:0 Write 8192; 8:0 Sync 12288; 8:0 Async 0; "
        "8:0 Discard 0; 8:0 Total 12288; Total 12288",
        "io_operations_v1": "Total 0" if idle else "8:0 Read 1; 8:0 Write 2; 8:0 Total 3; Total 3",
    }


def files_of(node, version, row, rows):
    """{name: text} of a cgroup's files."""
    without = WITHOUT.get(node, set())
    if row.path == "/":
        without = without | set(NOT_AT_THE_ROOT_V2 if version == 2 else NOT_AT_THE_ROOT_V1)
        without |= {"nr_", "throttled_usec", "burst_usec"} if version == 2 else set()
    values = values_of(row, rows)
    files = {}
    for line in (V2 if version == 2 else V1).strip().splitlines():
        name, _, text = line.partition(" ")
        if name not in without:
            lines = [it for it in text.format(**values).split("; ") if it]
            files[name] = "".join(f"{it}\n" for it in lines if not it.startswith(tuple(without)))
    return files
