"""What nodes use, as several pages ask for it: one value for each node, whatever jobs tell it."""
from .query import NODE, RANGE, each_node, increase, of_namespace, of_node, rate, ratio, recorded

DISKS = 'device!~"loop.+|z?ram.+|sr.+|fd.+"'
FILES = 'fstype!~"tmpfs|ramfs|squashfs|erofs|iso9660|nsfs"'
CARDS = 'device!~"lo|veth.+|cali.+|lxc.+|cni.+|cilium.+|tunl.+|docker.+|flannel.+|nodelocaldns"'
IDLE = 'mode="idle"'


def each_cpu(modes: str, by: str = "") -> str:
    """Share of all processors of a node."""
    labels = "cluster, instance, job" + (f", {by}" if by else "")
    return each_node(f"avg by ({labels}) ({rate(of_node('node_cpu_seconds_total', modes))})", by)


def of_device(metric: str, devices: str) -> str:
    return each_node(rate(of_node(metric, devices)), "device")


def waits(resource: str, kind: str) -> str:
    return each_node(rate(of_node(f"node_pressure_{resource}_{kind}_seconds_total")))


def _used(free: str, size: str) -> str:
    return f"1 - {ratio(of_node(free, FILES), of_node(size, FILES))}"


CPUS = each_node(f"count by (cluster, instance, job) ({rate(of_node('node_cpu_seconds_total', IDLE))})")
BUSY = f"1 - {each_cpu(IDLE)}"
MEMORY = each_node(of_node("node_memory_MemTotal_bytes"))
AVAILABLE = each_node(of_node("node_memory_MemAvailable_bytes"))
MEMORY_USED = f"{of_node('node_memory_MemTotal_bytes')} - {of_node('node_memory_MemAvailable_bytes')}"
MEMORY_RATIO = f"1 - {AVAILABLE} / {MEMORY}"
_WRITABLE = f"unless {of_node('node_filesystem_readonly')} == 1"
FULL = each_node(
    f"({_used('node_filesystem_avail_bytes', 'node_filesystem_size_bytes')}) {_WRITABLE}", "mountpoint")
INODES = each_node(f"({_used('node_filesystem_files_free', 'node_filesystem_files')}) {_WRITABLE}", "mountpoint")
KILLS = each_node(increase(of_node("node_vmstat_oom_kill")))
LAG_OF_LOGS = each_node(of_node("supercargo_log_oldest_pending_seconds"))
LAG_OF_FLEET = each_node(recorded(
    "instance_output:supercargo_log_oldest_pending_seconds:max",
    lambda chosen: of_namespace("supercargo_log_oldest_pending_seconds", chosen)))

# An instance may be an address that another node has had before: the label is of one of them.
_NAMES = f"topk by ({NODE}) (1, " + each_node(f"last_over_time({of_node('supercargo_node_info')}{RANGE})", "node") + ")"


def with_name(expression: str) -> str:
    """Series of nodes with the label `node`, which is the name that logs have, where the agent tells it."""
    return f"({expression}) * on ({NODE}) group_left (node) {_NAMES} or on ({NODE}) ({expression})"
