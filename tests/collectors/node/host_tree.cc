#include "tests/collectors/node/host_tree.h"

namespace supercargo::test {

void HostTree::write_times() {
  tree.file("proc/stat",
            "cpu  301 0 200 100100 9 0 7 1 50 25\n"
            "cpu0 201 0 150 50050 5 0 4 1 50 25\n"
            "cpu2 100 0 50 50050 4 0 3 0 0 0\n"
            "intr 2270916 0 9 0 0\n"
            "ctxt 5210591\n"
            "btime 1795367550\n"
            "processes 11352\n"
            "procs_running 2\n"
            "procs_blocked 1\n"
            "softirq 97 0 1\n");
  tree.file("proc/loadavg", "0.44 0.33 0.17 2/156 11352\n");
  tree.file("proc/pressure/cpu",
            "some avg10=0.00 avg60=0.12 avg300=0.05 total=14120872\n"
            "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
  tree.file("proc/pressure/io",
            "some avg10=0.00 avg60=0.00 avg300=0.00 total=7999724\n"
            "full avg10=0.00 avg60=0.00 avg300=0.00 total=7293208\n");
  tree.file("proc/pressure/memory",
            "some avg10=0.00 avg60=0.00 avg300=0.00 total=1500000\n"
            "full avg10=0.00 avg60=0.00 avg300=0.00 total=1\n");
  tree.file("proc/pressure/irq", "full avg10=0.00 avg60=0.00 avg300=0.00 total=250000\n");
}

void HostTree::write_memory() {
  tree.file("proc/meminfo",
            "MemTotal:       24683660 kB\n"
            "MemFree:        24078132 kB\n"
            "Active(anon):       1604 kB\n"
            "HugePages_Total:       3\n"
            "FutureField:          10 kB\n");
  tree.file("proc/vmstat",
            "nr_free_pages 1101933\n"
            "pgpgin 2183050\n"
            "pswpout 4\n"
            "pgfault 28890670\n"
            "pgmajfault 6215\n"
            "oom_kill 2\n");
}

void HostTree::write_disk() {
  tree.file("proc/diskstats",
            "   7       0 loop0 45 1 726 5 737 126 63530 165 0 84 248 0 0 0 0 450 77\n"
            "   8       0 sda 100 10 2000 30 200 20 4000 1500 2 70 126 8 6 512 4 40 5\n"
            "   8       1 sda1 90 9 1800 29 190 19 3800 1400 0 60 120 8 6 512 4 0 0\n");
  tree.file("run/udev/data/b8:0",
            "S:disk/by-id/ata-QEMU\n"
            "E:ID_ATA=1\n"
            "E:ID_ATA_WRITE_CACHE=1\n"
            "E:ID_ATA_ROTATION_RATE_RPM=7200\n"
            "E:ID_MODEL=QEMU\n"
            "E:ID_SERIAL_SHORT=QM001\n"
            "E:ID_FS_TYPE=ext4\n"
            "E:ID_FS_USAGE=filesystem\n");
}

void HostTree::write_network() {
  tree.file("proc/1/net/dev",
            "Inter-|   Receive                                                |  Transmit\n"
            " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets "
            "errs drop fifo colls carrier compressed\n"
            "    lo: 64 1    0    0    0     0          0         0 64 1    0    0    0     0   "
            "    0          0\n"
            "  eth0:9007199254740991 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n");
  tree.file("proc/1/net/netstat",
            "TcpExt: SyncookiesSent ListenDrops PruneCalled\n"
            "TcpExt: 1 2 3\n"
            "IpExt: InNoRoutes InOctets\n"
            "IpExt: 0 93656625406\n");
  tree.file("proc/1/net/snmp",
            "Tcp: RtoMin MaxConn CurrEstab\n"
            "Tcp: 200 -1 4\n"
            "Udp: InDatagrams NoPorts\n"
            "Udp: 32 7\n");
  tree.file("proc/1/net/snmp6", "Ip6InReceives 9\nUdp6InDatagrams\t5\n");
  tree.file("proc/1/net/sockstat",
            "sockets: used 28\nTCP: inuse 7 orphan 1 tw 2 alloc 8 mem 0\nFRAG: inuse 0 memory 9\n");
  tree.file("proc/1/net/sockstat6", "TCP6: inuse 3\n");
  tree.file("proc/1/net/softnet_stat",
            "0000000a 00000001 00000002 0 0 0 0 0 0 00000003 00000004 00000000 00000000\n"
            "0000000b 00000000 00000000 0 0 0 0 0 0 00000000 00000000 00000000 00000002\n");
  tree.file("proc/1/net/stat/nf_conntrack",
            "entries  clashres found new invalid ignore delete insert insert_failed drop "
            "early_drop search_restart\n"
            "00000005  00000000 00000001 00000000 00000002 00000003 00000000 00000004 00000005 "
            "00000006 00000007 00000008\n"
            "00000005  00000000 0000000f 00000000 00000000 00000000 00000000 00000000 00000000 "
            "00000000 00000000 00000000\n");
}

void HostTree::write_sysfs_network() {
  const auto device = [this](const std::string& name, std::string_view state) {
    const std::string at = "sys/devices/" + name + "/";
    tree.file(at + "operstate", std::string(state) + "\n");
    tree.file(at + "address", "02:fc:00:00:00:01\n");
    tree.file(at + "broadcast", "ff:ff:ff:ff:ff:ff\n");
    tree.file(at + "ifalias", "\n");
    tree.file(at + "mtu", "1400\n");
    tree.file(at + "flags", "0x1003\n");
    tree.link("sys/class/net/" + name, "../../devices/" + name);
  };
  device("eth0", "up");
  device("lo", "unknown");
  tree.file("sys/devices/eth0/duplex", "full\n");
  tree.file("sys/devices/eth0/speed", "10000\n");
  tree.file("sys/devices/eth0/carrier", "1\n");
  tree.file("sys/devices/eth0/carrier_changes", "2\n");
  tree.file("sys/devices/eth0/statistics/rx_nohandler", "17\n");
  tree.file("sys/devices/lo/speed", "-1\n");
  tree.file("sys/class/net/bonding_masters", "bond0\n");
}

void HostTree::write_sysctls() {
  tree.file("proc/sys/fs/file-nr", "754\t0\t2465959\n");
  tree.file("proc/sys/kernel/random/entropy_avail", "256\n");
  tree.file("proc/sys/kernel/random/poolsize", "4096\n");
  tree.file("proc/sys/net/netfilter/nf_conntrack_count", "5\n");
  tree.file("proc/sys/net/netfilter/nf_conntrack_max", "262144\n");
  tree.file("sys/devices/system/clocksource/clocksource0/available_clocksource",
            "tsc kvm-clock \n");
  tree.file("sys/devices/system/clocksource/clocksource0/current_clocksource", "tsc\n");
}

}  // namespace supercargo::test
