"""The figures of a run as a table: each beside its bar and the floor of the same run, where there is one."""

from bench_scrape import CADVISOR_CPU_MS, CADVISOR_SHARE
from bench_support import GIB, MIB


def percentile(ordered, share):
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def backlog_rows(title, one):
    return [
        (
            f"backlog, file to {title}: CPU s/GiB",
            f"{one['agent_cpu_seconds_per_gib']:.2f}",
            f"{one['floor_cpu_seconds_per_gib']:.2f}",
            "",
        ),
        ("  agent / floor, median of pairs", f"{one['ratio']:.2f}", "1", "1.25"),
        ("  peak RSS", f"{one['agent_peak_rss_bytes'] / MIB:.1f} MiB", "", ""),
        ("  wall", f"{one['agent_wall_seconds']:.2f} s", f"{one['floor_wall_seconds']:.2f} s", ""),
    ]


def gelf_rows(cases):
    titles = {
        "udp": "GELF UDP, gzip",
        "http": "GELF HTTP, answers after 1 ms, 50 streams",
        "http_one_stream": "GELF HTTP, the same, one stream",
        "http_bulk": "GELF HTTP, the same, bulk",
    }
    for name, title in titles.items():
        one = cases[name]
        yield (f"{title}: CPU s/GiB", f"{one['cpu_seconds_per_gib']:.2f}", "", "")
        rate = f"{one['lines_per_second']:.0f} a second, {one['cpu_us_per_line']:.1f} us each"
        yield ("  lines", rate, "", "")
        yield ("  peak RSS", f"{one['peak_rss_bytes'] / MIB:.1f} MiB", "", "")


def live_rows(title, run, cpu_bar, rss_bar, floor_per_gib):
    """The floor's share of a core is its CPU seconds per GiB at the same rate of bytes."""
    rate = run["written"]["bytes"] / run["written_seconds"]
    floor = f"{rate / GIB * floor_per_gib * 100:.2f} %"
    return [
        (f"live, {title}: CPU", f"{run['cpu_percent']:.2f} % of a core", floor, cpu_bar),
        ("  peak RSS", f"{run['peak_rss_bytes'] / MIB:.1f} MiB", "", rss_bar),
        ("  wake-ups", f"{run['wakeups_per_second']:.0f} a second", "", ""),
        ("  lines missing", f"{run['missing_lines']} of {run['written']['lines']}", "", "0"),
    ]


def scrape_rows(one):
    rows = [
        (f"scrape of {one['containers']} containers: CPU", f"{one['cpu_ms']:.1f} ms", "", ""),
        ("  wall, p50", f"{one['wall_ms']:.1f} ms", "", ""),
        ("  samples", f"{one['samples']}", "", ""),
        ("  size, plain and gzip", f"{one['bytes'] / 1e3:.0f} kB, {one['gzip_bytes'] / 1e3:.0f} kB", "", ""),
        ("  peak RSS", f"{one['peak_rss_bytes'] / MIB:.1f} MiB", "", ""),
        ("  idle between scrapes", f"{one['idle_cpu_percent']:.2f} % of a core", "", ""),
    ]
    for profile in ("minimal", "full"):
        figures = one[profile]
        cost = f"{figures['cpu_ms']:.1f} ms, {figures['samples']} samples"
        rows.append((f"  the same, profile {profile}: CPU", cost, "", ""))
    titles = {
        "files": "333 cgroups v2 (files)",
        "kernel": "333 cgroups v1 (the kernel's)",
        "kernel_idle": "the same, idle",
    }
    for name, title in titles.items():
        if name in one:
            cost = f"{one[name]['cpu_ms']:.1f} ms, plain {one[name]['plain_cpu_ms']:.1f} ms"
            rows.append((f"scrape of {title}: CPU", cost, "", f"{CADVISOR_CPU_MS / CADVISOR_SHARE:.1f} ms"))
    return rows


def sampler_rows(figures):
    """The bar is what watching may cost: the difference between both columns."""
    rows = []
    titles = {"files": "cgroups v2 (files)", "kernel": "cgroups v1 (the kernel's)"}
    for name, title in titles.items():
        if name in figures:
            on, off = figures[name]["on_percent"], figures[name]["off_percent"]
            what = f"background, {figures['containers']} containers, {title}: CPU"
            rows.append((what, f"{on:.2f} % of a core", f"{off:.2f} % unwatched", f"{off:.2f} + 0.5 %"))
    return rows


def node_rows(figures):
    """The middle column is node_exporter, not a floor: the bar is a fifth of it."""
    rows = []
    for suffix, what in (("", "beside node_exporter"), ("_full", "profile full, beside the same")):
        ours, original = figures[f"agent{suffix}"], figures[f"node_exporter{suffix}"]
        theirs = f"{original['cpu_ms']:.2f} ms" if original else "not here"
        bar = f"{original['cpu_ms'] / 5:.2f} ms" if original else ""
        rows.append((f"scrape of the node ({what}): CPU", f"{ours['cpu_ms']:.2f} ms", theirs, bar))
        rows.append(("  samples", f"{ours['samples']}", f"{original['samples']}" if original else "", ""))
    return rows


def rows_of(figures):
    runs, idle_run = figures["live"], figures["idle"]
    new_file, start = figures["new_file_seconds"], sorted(figures["start_to_ready_seconds"])
    loki = figures["backlog"]["floor_cpu_seconds_per_gib"]
    gelf = figures["backlog_gelf"]["floor_cpu_seconds_per_gib"]
    beyond = "ms beyond batch_wait"
    rows = [("", "agent", "floor", "bar")]
    rows += backlog_rows("Loki", figures["backlog"])
    rows += backlog_rows("GELF TCP", figures["backlog_gelf"])
    rows += gelf_rows(figures["gelf_transports"])
    rows += live_rows("100 files, 20,000 lines/s, Loki", runs["loki"], "3 %", "24 MiB", loki)
    rows += live_rows("the same, GELF TCP", runs["gelf"], "", "24 MiB", gelf)
    rows += live_rows("the same, both", runs["both"], "", "32 MiB", loki + gelf)
    rows += live_rows("twice the lines, Loki", runs["loki_twice"], "", "64 MiB", loki)
    rows += live_rows("100 files, 1,000 lines/s, Loki", runs["loki_few"], "0.7 %", "24 MiB", loki)
    rows += [
        ("new file to the wire, p50", f"{percentile(new_file, 0.5) * 1000:.0f} {beyond}", "", ""),
        ("  p99", f"{percentile(new_file, 0.99) * 1000:.0f} {beyond}", "", "100 ms"),
        ("start to ready, 250 pods, p50", f"{percentile(start, 0.5) * 1000:.0f} ms", "", "200 ms"),
        ("idle, 1,000 files: CPU", f"{idle_run['cpu_percent']:.2f} % of a core", "", ""),
        ("  wake-ups", f"{idle_run['wakeups_per_second']:.1f} a second", "", ""),
        ("  peak RSS", f"{idle_run['peak_rss_bytes'] / MIB:.1f} MiB", "", ""),
    ]
    return rows + scrape_rows(figures["scrape"]) + sampler_rows(figures["sampler"]) + node_rows(figures["node"])


def print_table(rows, markdown):
    for number, row in enumerate(rows):
        if markdown:
            print("| " + " | ".join(row) + " |")
            if number == 0:
                print("| --- | --- | --- | --- |")
        else:
            print("{:<46} {:<28} {:<8} {}".format(*row).rstrip())
