#include "agent/http/status_page.h"

#include <string_view>

#include <fmt/format.h>

#include "agent/http/status_text.h"

namespace supercargo {
namespace {

constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5c6777;--line:#d9dee5;--page:#fff;--row:#f5f7f9;
--accent:#0b62a8;--good:#1a7f37;--warn:#9a5b00;--bad:#b42318}
@media(prefers-color-scheme:dark){:root{--ink:#e4e8ee;--soft:#98a3b3;--line:#2f3845;--page:#12161c;
--row:#191f27;--accent:#6cb2f2;--good:#56c271;--warn:#e0a03c;--bad:#f28b82}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.2rem;max-width:90rem;background:var(--page);color:var(--ink);
font:15px/1.45 system-ui,sans-serif}
h1{font-size:1.35rem;margin:0}h2{font-size:1.05rem;margin:1.8rem 0 .5rem}
h2 small{font-weight:400;color:var(--soft);margin-left:.5rem}
a{color:var(--accent)}nav a{margin-right:1rem}
header p{margin:.2rem 0 .6rem;color:var(--soft)}
table{border-collapse:collapse;width:100%}
th{position:sticky;top:0;background:var(--page);text-align:left;font-weight:600;color:var(--soft);
border-bottom:2px solid var(--line)}
th,td{padding:.28rem .6rem;vertical-align:top}
td{border-bottom:1px solid var(--line)}.w{overflow-wrap:anywhere}
tbody tr:nth-child(even){background:var(--row)}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.none,.age{color:var(--soft)}.age{display:block;font-size:.85em}
.state{font-weight:600;white-space:nowrap}.sending{color:var(--good)}.retrying{color:var(--warn)}
.stopped,.error{color:var(--bad)}
@media(max-width:45rem){body{padding:.8rem}thead{display:none}
tr{display:block;padding:.4rem 0;border-bottom:1px solid var(--line)}
td{display:block;border:0;padding:.1rem .4rem;text-align:right;overflow:hidden;
overflow-wrap:anywhere}
td::before{content:attr(data-l);float:left;margin-right:1rem;font-weight:400;color:var(--soft)}
.age{display:inline}}
)";

std::string escaped(std::string_view text) {
  std::string out;
  append_html_escaped(out, text);
  return out;
}

// A cell carries its column's name too: on a phone there is no head row.
void cell(std::string& out, std::string_view label, std::string_view css, std::string_view html) {
  out += "<td data-l=\"";
  append_html_escaped(out, label);
  out.append("\" class=\"").append(css).append("\">").append(html).append("</td>");
}

void number(std::string& out, std::string_view label, std::string_view html) {
  cell(out, label, "n", html);
}

void unknown(std::string& out, std::string_view label) {
  cell(out, label, "n none", "&ndash;");
}

void head_cell(std::string& out, std::string_view label, std::string_view css = "") {
  out.append("<th class=\"").append(css).append("\">");
  append_html_escaped(out, label);
  out += "</th>";
}

std::string with_age(std::uint64_t pending_bytes, double oldest_seconds) {
  std::string html = human_bytes(static_cast<double>(pending_bytes));
  if (pending_bytes > 0) {
    html += " <span class=\"age\">" + human_duration(oldest_seconds) + "</span>";
  }
  return html;
}

void begin_page(std::string& out, const StatusSnapshot& status) {
  out +=
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n";
  if (status.refresh_seconds) {
    out += fmt::format("<meta http-equiv=\"refresh\" content=\"{}\">\n", *status.refresh_seconds);
  }
  out += "<title>Supercargo on " + escaped(status.node) + "</title>\n<style>";
  out.append(kStyle).append("</style></head>\n<body><header><h1>Supercargo on ");
  out += escaped(status.node) + "</h1>\n<p>version " + escaped(status.version) + ", up " +
         human_duration(status.uptime_seconds) + "</p>\n<nav><a href=\"/metrics\">metrics</a>" +
         "<a href=\"/config\">configuration</a><a href=\"/ledger\">ledger</a>";
  out += status.refresh_seconds ? "<a href=\"/\">stop refreshing</a>"
                                : "<a href=\"/?refresh=5\">refresh every 5 s</a>";
  out += "</nav></header>\n";
}

void output_row(std::string& out, const OutputStatus& output) {
  const std::string_view state = output_state_name(output.state);
  out += "<tr>";
  cell(out, "Output", "", escaped(output.name));
  cell(out,
       "To",
       "",
       escaped(output.destination) + " <span class=\"age\">" + escaped(output.type) + "</span>");
  cell(out, "State", fmt::format("state {}", state), state);
  number(out, "Delivered", human_bytes(static_cast<double>(output.delivered_bytes)));
  number(out, "Lines", human_count(output.delivered_lines));
  number(out, "Dropped lines", human_count(output.dropped_lines));
  number(out, "Pending", with_age(output.pending_bytes, output.oldest_pending_seconds));
  number(out, "In flight", human_count(output.requests_in_flight));
  if (output.last_error.empty()) {
    cell(out, "Last error", "none", "none");
  } else {
    cell(out, "Last error", "error w", escaped(output.last_error));
  }
  out += "</tr>\n";
}

void outputs_table(std::string& out, const StatusSnapshot& status) {
  out += "<h2>Outputs</h2>\n";
  if (status.outputs.empty()) {
    out += "<p class=\"none\">None is configured: logs are not sent anywhere.</p>\n";
    return;
  }
  out += "<table><thead><tr>";
  for (const std::string_view label : {"Output", "To", "State"}) {
    head_cell(out, label);
  }
  for (const std::string_view label :
       {"Delivered", "Lines", "Dropped lines", "Pending", "In flight"}) {
    head_cell(out, label, "n");
  }
  head_cell(out, "Last error");
  out += "</tr></thead><tbody>\n";
  for (const OutputStatus& output : status.outputs) {
    output_row(out, output);
  }
  out += "</tbody></table>\n";
}

void optional_number(std::string& out,
                     std::string_view label,
                     const std::optional<double>& value,
                     std::string (*format)(double),
                     std::string_view unit = "") {
  if (value) {
    number(out, label, format(*value).append(unit));
  } else {
    unknown(out, label);
  }
}

std::string lag_label(const OutputStatus& output) {
  return "Pending for " + output.name;
}

void container_row(std::string& out,
                   const ContainerStatus& container,
                   const std::vector<OutputStatus>& outputs) {
  out += "<tr>";
  cell(out, "Namespace", "", escaped(container.pod_namespace));
  cell(out, "Pod", "w", escaped(container.pod));
  cell(out, "Container", "w", escaped(container.container));
  optional_number(out, "CPU cores", container.cpu_cores, human_cores);
  optional_number(out, "Memory", container.memory_bytes, human_bytes);
  optional_number(out, "Log", container.log_bytes_per_second, human_bytes, "/s");
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (i < container.lags.size() && container.lags[i]) {
      const ContainerStatus::Lag& lag = *container.lags[i];
      number(out, lag_label(outputs[i]), with_age(lag.pending_bytes, lag.oldest_seconds));
    } else {
      unknown(out, lag_label(outputs[i]));
    }
  }
  out += "</tr>\n";
}

void containers_table(std::string& out, const StatusSnapshot& status) {
  out += fmt::format("<h2>Containers<small>{}", status.containers.size());
  out += status.rate_window_seconds
             ? ", rates over the last " + human_duration(*status.rate_window_seconds)
             : std::string(", rates from the next look on");
  out += "</small></h2>\n<table><thead><tr>";
  for (const std::string_view label : {"Namespace", "Pod", "Container"}) {
    head_cell(out, label);
  }
  for (const std::string_view label : {"CPU cores", "Memory", "Log"}) {
    head_cell(out, label, "n");
  }
  for (const OutputStatus& output : status.outputs) {
    head_cell(out, lag_label(output), "n");
  }
  out += "</tr></thead><tbody>\n";
  for (const ContainerStatus& container : status.containers) {
    container_row(out, container, status.outputs);
  }
  out += "</tbody></table>\n";
}

}  // namespace

std::string status_page(const StatusSnapshot& status) {
  std::string out;
  begin_page(out, status);
  outputs_table(out, status);
  containers_table(out, status);
  out += "</body></html>\n";
  return out;
}

}  // namespace supercargo
