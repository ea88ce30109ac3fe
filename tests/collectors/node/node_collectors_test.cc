#include "collectors/node/node_collectors.h"

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/collectors/node/host_tree.h"
#include "tests/support/render_samples.h"

namespace supercargo {
namespace {

using test::HostTree;
using test::render_pass;
using ::testing::StartsWith;

std::map<std::string, std::string, std::less<>> passes_of(const HostTree& host) {
  std::map<std::string, std::string, std::less<>> out;
  for (const std::unique_ptr<Collector>& collector : make_node_collectors(host.options())) {
    out.emplace(collector->name(), render_pass(*collector));
  }
  return out;
}

TEST(NodeCollectors, GiveTheTimesOfTheHost) {
  const HostTree host;
  auto passes = passes_of(host);
  EXPECT_EQ(passes["cpu"],
            R"(node_cpu_seconds_total{cpu="0",mode="user"} 2.01
node_cpu_seconds_total{cpu="0",mode="nice"} 0
node_cpu_seconds_total{cpu="0",mode="system"} 1.5
node_cpu_seconds_total{cpu="0",mode="idle"} 500.5
node_cpu_seconds_total{cpu="0",mode="iowait"} 0.05
node_cpu_seconds_total{cpu="0",mode="irq"} 0
node_cpu_seconds_total{cpu="0",mode="softirq"} 0.04
node_cpu_seconds_total{cpu="0",mode="steal"} 0.01
node_cpu_seconds_total{cpu="2",mode="user"} 1
node_cpu_seconds_total{cpu="2",mode="nice"} 0
node_cpu_seconds_total{cpu="2",mode="system"} 0.5
node_cpu_seconds_total{cpu="2",mode="idle"} 500.5
node_cpu_seconds_total{cpu="2",mode="iowait"} 0.04
node_cpu_seconds_total{cpu="2",mode="irq"} 0
node_cpu_seconds_total{cpu="2",mode="softirq"} 0.03
node_cpu_seconds_total{cpu="2",mode="steal"} 0
node_cpu_guest_seconds_total{cpu="0",mode="user"} 0.5
node_cpu_guest_seconds_total{cpu="0",mode="nice"} 0.25
node_cpu_guest_seconds_total{cpu="2",mode="user"} 0
node_cpu_guest_seconds_total{cpu="2",mode="nice"} 0
)");
  EXPECT_EQ(passes["stat"],
            R"(node_intr_total 2270916
node_context_switches_total 5210591
node_forks_total 11352
node_boot_time_seconds 1795367550
node_procs_running 2
node_procs_blocked 1
)");
  EXPECT_EQ(passes["loadavg"], "node_load1 0.44\nnode_load5 0.33\nnode_load15 0.17\n");
  EXPECT_EQ(passes["pressure"],
            R"(node_pressure_cpu_waiting_seconds_total 14.120872
node_pressure_io_waiting_seconds_total 7.999724
node_pressure_io_stalled_seconds_total 7.293208
node_pressure_memory_waiting_seconds_total 1.5
node_pressure_memory_stalled_seconds_total 0.000001
node_pressure_irq_stalled_seconds_total 0.25
)");
}

TEST(NodeCollectors, GiveTheMemoryAndTheHandlesOfTheHost) {
  const HostTree host;
  auto passes = passes_of(host);
  EXPECT_EQ(passes["meminfo"],
            R"(node_memory_MemTotal_bytes 25276067840
node_memory_MemFree_bytes 24656007168
node_memory_Active_anon_bytes 1642496
node_memory_HugePages_Total 3
node_memory_FutureField_bytes 10240
)");
  EXPECT_EQ(passes["vmstat"],
            R"(node_vmstat_pgpgin 2183050
node_vmstat_pswpout 4
node_vmstat_pgfault 28890670
node_vmstat_pgmajfault 6215
node_vmstat_oom_kill 2
)");
  EXPECT_EQ(passes["filefd"], "node_filefd_allocated 754\nnode_filefd_maximum 2465959\n");
  EXPECT_EQ(passes["entropy"],
            "node_entropy_available_bits 256\nnode_entropy_pool_size_bits 4096\n");
}

TEST(NodeCollectors, GiveTheDisksOfTheHost) {
  const HostTree host;
  EXPECT_EQ(passes_of(host)["diskstats"],
            R"(node_disk_reads_completed_total{device="sda"} 100
node_disk_reads_merged_total{device="sda"} 10
node_disk_read_bytes_total{device="sda"} 1024000
node_disk_read_time_seconds_total{device="sda"} 0.03
node_disk_writes_completed_total{device="sda"} 200
node_disk_writes_merged_total{device="sda"} 20
node_disk_written_bytes_total{device="sda"} 2048000
node_disk_write_time_seconds_total{device="sda"} 1.5
node_disk_io_now{device="sda"} 2
node_disk_io_time_seconds_total{device="sda"} 0.07
node_disk_io_time_weighted_seconds_total{device="sda"} 0.126
node_disk_discards_completed_total{device="sda"} 8
node_disk_discards_merged_total{device="sda"} 6
node_disk_discarded_sectors_total{device="sda"} 512
node_disk_discard_time_seconds_total{device="sda"} 0.004
node_disk_flush_requests_total{device="sda"} 40
node_disk_flush_requests_time_seconds_total{device="sda"} 0.005
node_disk_info{device="sda",major="8",minor="0",model="QEMU",path="",revision="",serial="QM001",wwn=""} 1
node_disk_filesystem_info{device="sda",type="ext4",usage="filesystem",uuid="",version=""} 1
node_disk_ata_write_cache{device="sda"} 1
node_disk_ata_rotation_rate_rpm{device="sda"} 7200
)");
}

TEST(NodeCollectors, GiveTheNetworkDevicesOfTheHost) {
  const HostTree host;
  auto passes = passes_of(host);
  EXPECT_THAT(passes["netdev"],
              StartsWith("node_network_receive_bytes_total{device=\"lo\"} 64\n"
                         "node_network_receive_bytes_total{device=\"eth0\"} 9007199254740991\n"
                         "node_network_receive_packets_total{device=\"lo\"} 1\n"
                         "node_network_receive_packets_total{device=\"eth0\"} 2\n"));
  EXPECT_TRUE(
      passes["netdev"].ends_with("node_network_transmit_compressed_total{device=\"eth0\"} 16\n"
                                 "node_network_receive_nohandler_total{device=\"eth0\"} 17\n"));
  EXPECT_EQ(passes["netclass"],
            R"(node_network_up{device="eth0"} 1
node_network_up{device="lo"} 0
node_network_info{address="02:fc:00:00:00:01",broadcast="ff:ff:ff:ff:ff:ff",device="eth0",duplex="full",ifalias="",operstate="up"} 1
node_network_info{address="02:fc:00:00:00:01",broadcast="ff:ff:ff:ff:ff:ff",device="lo",duplex="",ifalias="",operstate="unknown"} 1
node_network_speed_bytes{device="eth0"} 1250000000
node_network_speed_bytes{device="lo"} -125000
node_network_carrier{device="eth0"} 1
node_network_carrier_changes_total{device="eth0"} 2
node_network_flags{device="eth0"} 4099
node_network_flags{device="lo"} 4099
node_network_mtu_bytes{device="eth0"} 1400
node_network_mtu_bytes{device="lo"} 1400
)");
}

TEST(NodeCollectors, GiveTheProtocolsOfTheHost) {
  const HostTree host;
  auto passes = passes_of(host);
  EXPECT_EQ(passes["netstat"],
            R"(node_netstat_IpExt_InOctets 93656625406
node_netstat_Tcp_CurrEstab 4
node_netstat_TcpExt_ListenDrops 2
node_netstat_TcpExt_SyncookiesSent 1
node_netstat_Udp_InDatagrams 32
node_netstat_Udp_NoPorts 7
node_netstat_Udp6_InDatagrams 5
)");
  EXPECT_EQ(passes["sockstat"],
            R"(node_sockstat_sockets_used 28
node_sockstat_TCP_inuse 7
node_sockstat_TCP_orphan 1
node_sockstat_TCP_tw 2
node_sockstat_TCP_alloc 8
node_sockstat_TCP_mem 0
node_sockstat_TCP_mem_bytes 0
node_sockstat_FRAG_inuse 0
node_sockstat_FRAG_memory 9
node_sockstat_TCP6_inuse 3
)");
  EXPECT_EQ(passes["conntrack"],
            R"(node_nf_conntrack_entries 5
node_nf_conntrack_entries_limit 262144
node_nf_conntrack_stat_found 16
node_nf_conntrack_stat_invalid 2
node_nf_conntrack_stat_ignore 3
node_nf_conntrack_stat_insert 4
node_nf_conntrack_stat_insert_failed 5
node_nf_conntrack_stat_drop 6
node_nf_conntrack_stat_early_drop 7
node_nf_conntrack_stat_search_restart 8
)");
}

TEST(NodeCollectors, AMissingKernelFileCostsItsOwnSamplesOnly) {
  const HostTree host;
  const auto before = passes_of(host);
  HostTree broken;
  broken.tree.remove("proc/stat");
  broken.tree.file("proc/vmstat", "");
  const auto after = passes_of(broken);
  for (const auto& [name, text] : before) {
    if (name == "cpu" || name == "stat" || name == "vmstat") {
      EXPECT_THAT(after.at(name), StartsWith("error: ")) << name;
    } else if (name != "time" && name != "timex" && name != "filesystem" &&
               !text.starts_with("error: ")) {  // an error names the tree
      EXPECT_EQ(after.at(name), text) << name;
    }
  }
}

TEST(NodeCollectors, NeverCarryTheLabelsOfAPodAndNameEachFamilyOnce) {
  std::set<std::string_view> names;
  const auto collectors = make_node_collectors(HostTree().options());
  for (const std::unique_ptr<Collector>& collector : collectors) {
    for (const MetricDesc& desc : collector->families()) {
      EXPECT_TRUE(names.insert(desc.name).second) << desc.name;
      EXPECT_THAT(desc.name, StartsWith("node_"));
      EXPECT_FALSE(desc.help.empty()) << desc.name;
      EXPECT_TRUE(std::is_sorted(desc.labels.begin(), desc.labels.end())) << desc.name;
      for (const std::string_view label : desc.labels) {
        EXPECT_FALSE(label == "namespace" || label == "pod" || label == "container") << desc.name;
      }
    }
  }
}

TEST(NodeCollectors, EachSampleHasTheLabelsThatItsFamilyDocuments) {
  const HostTree host;
  for (const std::unique_ptr<Collector>& collector : make_node_collectors(host.options())) {
    SampleSet set(collector->families());
    static_cast<void>(collector->collect(set));
    for (std::size_t i = 0; i < set.families().size(); ++i) {
      for (const SampleSet::Sample& sample : set.samples(i)) {
        std::string_view rest = set.label_text(sample.labels);
        for (const std::string_view label : set.families()[i].labels) {
          EXPECT_TRUE(rest.starts_with(std::string(label) + "=\"")) << set.families()[i].name;
          rest.remove_prefix(std::min(rest.find("\",") + 2, rest.size()));
        }
      }
    }
  }
}

TEST(NodeCollectors, TheTableNamesThemInTheirOrder) {
  NodeOptions options = HostTree().options();
  options.full = true;
  const auto collectors = make_node_collectors(options);
  ASSERT_EQ(collectors.size(), node_collector_infos().size());
  for (std::size_t i = 0; i < collectors.size(); ++i) {
    EXPECT_EQ(collectors[i]->name(), node_collector_infos()[i].name);
  }
}

TEST(NodeCollectors, WithoutAHostTheFamiliesAreTheDocumentedOnes) {
  NodeOptions options;
  options.host.proc = "/nowhere/proc";
  options.host.sys = "/nowhere/sys";
  std::set<std::string_view> names;
  const auto collectors = make_node_collectors(options);
  for (const std::unique_ptr<Collector>& collector : collectors) {
    for (const MetricDesc& desc : collector->families()) {
      names.insert(desc.name);
    }
  }
  for (const std::string_view name : {"node_memory_MemAvailable_bytes",
                                      "node_vmstat_pgmajfault",
                                      "node_netstat_Tcp_RetransSegs",
                                      "node_sockstat_TCP_mem_bytes"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
  EXPECT_FALSE(names.contains("node_memory_FutureField_bytes"));
}

}  // namespace
}  // namespace supercargo
