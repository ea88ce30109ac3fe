"""One node: use, saturation and errors of each resource, the pods that take them, and the agent there."""
import functools

from lib import logql
from lib.board import Board, Row
from lib.link import ROW_POD, board, graylog, logs
from lib.nodes import (AVAILABLE, BUSY, CARDS, CPUS, DISKS, FULL, INODES, KILLS, LAG_OF_LOGS, MEMORY, MEMORY_USED,
                       each_cpu, of_device, waits)
from lib.panel import ANY_IS_BAD, FILL, LAG, STALL, graph, log_lines, stat
from lib.query import NODE_SCRAPE, each_container, each_node, increase, of_namespace, of_node, rate, ratio, total, worst
from lib.shared import NODE_EVENTS, volume
from lib.table import Column, table
from lib.variable import BASE, NAMESPACE, Choice

FLEET_PAGE = board("Fleet", "fleet")
OOPS_PAGE = board("Oops", "oops", instance="${instance}")
AGENT_PAGE = board("Agent", "agent", instance="${instance}")
LOGS_PAGE = logs("Logs", node="${node:regex}")  # it is typed there
GRAYLOG_PAGE = graylog("Graylog", "source:/${node:regex}/")
PAGES = [FLEET_PAGE, OOPS_PAGE, AGENT_PAGE]

one = functools.partial(stat, links=PAGES)
TO_AGENT = [board("Agent", "agent", instance="${__field.labels.instance}")]


def over_time(title, description, unit, series, bounds=None, **more):
    """Of each query thirty series: a node may have hundreds of mounts, and all nodes are chosen at first."""
    some, some_bounds = ({legend: worst(30, expr) for legend, expr in one.items()} for one in (series, bounds or {}))
    return graph(title, description, unit, some, PAGES, TO_AGENT, some_bounds, **more)


NOW = Row("Now", (
    one("CPU busy", "Share of processor time that is not idle.", "percentunit", f"avg({BUSY})", colors=FILL),
    one("Memory used", "Memory that programs cannot get without swapping.", "percentunit",
        f"1 - sum({AVAILABLE}) / sum({MEMORY})", colors=FILL),
    one("Fullest file system", "Used space of the fullest one that can be written.", "percentunit", f"max({FULL})",
        colors=FILL),
    one("Waits for memory", "Share of time in which some program waited for memory: above 10 % the node is about to "
        "thrash.", "percentunit", f"max({waits('memory', 'waiting')})", colors=STALL, no_value="no PSI"),
    one("OOM kills", "Processes that the kernel killed for want of memory in the time that this page shows.", "short",
        f"round(sum({KILLS}))", colors=ANY_IS_BAD),
    one("Broken file systems", "File systems that give errors when they are asked for their size.", "short",
        f"sum({each_node(of_node('node_filesystem_device_error'), 'mountpoint')})", colors=ANY_IS_BAD),
    one("Up for", "Time since the last boot.", "dtdurations",
        f"time() - max({each_node(of_node('node_boot_time_seconds'))})"),
    one("Log lag", "Age of the oldest byte of a log on this node that is not delivered yet.", "s",
        f"max({LAG_OF_LOGS})", colors=LAG, no_value="no output", links=[AGENT_PAGE]),
))


def of_pods(metric: str, change=lambda selector: selector) -> str:
    found = of_namespace(metric, 'container!=""', 'container!="POD"')
    return worst(20, total(each_container(change(found)), "cluster, namespace, pod"))


PODS_ROW = Row("Who takes it", (
    table("Pods that use most", "The largest pods of this node by CPU and by memory.", ("namespace", "pod"),
          [Column("CPU, cores", of_pods("container_cpu_usage_seconds_total", rate), decimals=3),
           Column("Memory", of_pods("container_memory_working_set_bytes"), "bytes"),
           Column("OOM kills", "round(max by (cluster, namespace, pod) "
                  f"({increase(of_namespace('supercargo_pod_oom_kills_total'))})) > 0", "short", ANY_IS_BAD)],
          ROW_POD, links=PAGES, no_value="No container figures of this node"),
))

CPU_ROW = Row("CPU and pressure", (
    over_time("CPU by mode", "Share of all processors; steal is time that the hypervisor gave to others, iowait is "
              "idle time with a disk at work.", "percentunit", {"{{instance}} {{mode}}": each_cpu('mode!="idle"', "mode")},
              stacked=True),
    over_time("Load", "Tasks that run or wait, averaged over one and fifteen minutes, beside the processors (dashed).",
              "short", {"1 min {{instance}}": each_node(of_node("node_load1")),
                        "15 min {{instance}}": each_node(of_node("node_load15"))},
              bounds={"processors {{instance}}": CPUS}),
    *(over_time(f"Waits for {name}", f"Share of time in which some program (stalled: all programs) waited for {name}.",
                "percentunit", {f"{prefix}{{{{instance}}}}": waits(metric, kind) for prefix, kind in kinds}, width=8,
                colors=STALL, no_value="No pressure figures: the kernel has no PSI")
      for name, metric, kinds in (("CPU", "cpu", [("", "waiting")]),
                                  ("memory", "memory", [("", "waiting"), ("stalled ", "stalled")]),
                                  ("disks", "io", [("", "waiting"), ("stalled ", "stalled")]))),
))

MEMORY_ROW = Row("Memory", (
    over_time("Memory", "What is not available, what programs hold, what caches hold, and all there is (dashed).",
              "bytes", {
                  "used {{instance}}": each_node(MEMORY_USED),
                  "anonymous {{instance}}": each_node(of_node("node_memory_AnonPages_bytes")),
                  "cache {{instance}}": each_node(
                      f"{of_node('node_memory_Cached_bytes')} + {of_node('node_memory_Buffers_bytes')}"),
                  "slab {{instance}}": each_node(of_node("node_memory_Slab_bytes"))},
              bounds={"all {{instance}}": MEMORY}),
    over_time("Paging", "Page faults a second that waited for a disk, and pages swapped in and out.", "ops",
              {f"{name} {{{{instance}}}}": each_node(rate(of_node(f"node_vmstat_{metric}"))) for name, metric in (
                  ("major faults", "pgmajfault"), ("swapped in", "pswpin"), ("swapped out", "pswpout"))}),
))

DISK_ROW = Row("Disks", (
    over_time("File systems, used", "Used space of each file system that can be written. From about 85 % on, kubelet "
              "evicts pods.", "percentunit", {"{{instance}} {{mountpoint}}": FULL}, colors=FILL, maximum=1),
    over_time("Inodes, used", "Used inodes of each file system: when none is left, no file can be made however much "
              "space is free.", "percentunit", {"{{instance}} {{mountpoint}}": INODES}, colors=FILL, maximum=1),
    over_time("Throughput", "Bytes a second read from and written to each disk.", "Bps",
              {"read {{instance}} {{device}}": of_device("node_disk_read_bytes_total", DISKS),
               "written {{instance}} {{device}}": of_device("node_disk_written_bytes_total", DISKS)}, width=8),
    over_time("Busy", "Share of time in which a disk had something to do. SSDs can do more even at 100 %.",
              "percentunit", {"{{instance}} {{device}}": of_device("node_disk_io_time_seconds_total", DISKS)}, width=8),
    over_time("Queue", "Reads and writes that wait or are under way, on average.", "short",
              {"{{instance}} {{device}}": of_device("node_disk_io_time_weighted_seconds_total", DISKS)}, width=8),
))

NETWORK_ROW = Row("Network and system", (
    over_time("Traffic", "Bits a second in and out of each network card; the interfaces of pods are left out.", "bps",
              {"in {{instance}} {{device}}": f"8 * {of_device('node_network_receive_bytes_total', CARDS)}",
               "out {{instance}} {{device}}": f"8 * {of_device('node_network_transmit_bytes_total', CARDS)}"}),
    over_time("Dropped and broken packets", "Packets a second that were dropped or had errors; only what is not 0.",
              "pps", {f"{way} {what} {{{{instance}}}} {{{{device}}}}":
                      of_device(f"node_network_{metric}_total", CARDS) + " > 0"
                      for way, what, metric in (("in", "dropped", "receive_drop"), ("in", "errors", "receive_errs"),
                                                ("out", "dropped", "transmit_drop"), ("out", "errors", "transmit_errs"))},
              no_value="No packet was dropped"),
    over_time("TCP segments sent again", "Share of TCP segments that were sent again: above 1 % the network loses "
              "packets.", "percentunit", {"{{instance}}": each_node(ratio(
                  rate(of_node("node_netstat_Tcp_RetransSegs")), rate(of_node("node_netstat_Tcp_OutSegs"))))}, width=8),
    over_time("Tables that can be full", "Connections that the kernel tracks, and open files, of what it can hold. At "
              "100 % new ones are refused.", "percentunit", {
                  "connections {{instance}}": each_node(ratio(
                      of_node("node_nf_conntrack_entries"), of_node("node_nf_conntrack_entries_limit"))),
                  "files {{instance}}": each_node(ratio(
                      of_node("node_filefd_allocated"), of_node("node_filefd_maximum")))}, width=8, colors=FILL),
    over_time("Clock", "How far the clock is from its server. Loki refuses lines whose time is too far off.", "s",
              {"{{instance}}": each_node(f"abs({of_node('node_timex_offset_seconds')}) and on (job, instance) "
                                         f"{of_node('node_timex_sync_status')} == 1")}, width=8,
              no_value="The clock is not synchronised"),
))

LOKI_ROW = Row("Log lines", (
    volume("Lines by level", logql.NODE, [LOGS_PAGE]),
    log_lines("Errors", "Lines of level error and above on this node.", f"{logql.NODE} {logql.ERRORS}", [LOGS_PAGE]),
))

NODE_NAME = Choice(
    "node", "Node in logs", f"supercargo_node_info{{{NODE_SCRAPE}}}",
    "The label `node` of the logs: the name that the agent gives the chosen nodes.", all_value="")

BOARD = Board(
    name="node",
    uid="supercargo-node",
    title="Node",
    description="One node or several: use, saturation and errors of CPU, memory, disks and network, and who takes them; a "
    "graph has the thirty largest.",
    variables=(*BASE, NAMESPACE, NODE_NAME),
    rows=(NOW, PODS_ROW, CPU_ROW, MEMORY_ROW, DISK_ROW, NETWORK_ROW, LOKI_ROW),
    annotations=NODE_EVENTS,
    links=(FLEET_PAGE, OOPS_PAGE, AGENT_PAGE, LOGS_PAGE, GRAYLOG_PAGE),
)
