#include "agent/app/demo.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include <boost/asio/io_context.hpp>
#include <fmt/format.h>

#include "agent/base/log.h"

namespace supercargo {
namespace {

constexpr Milliseconds kTick{100};
constexpr unsigned kTicksPerLine = 10;

}  // namespace

Result<std::unique_ptr<Demo>> Demo::create(boost::asio::io_context& io) {
  std::error_code error;
  std::string name =
      (std::filesystem::temp_directory_path(error) / "supercargo-demo-XXXXXX").string();
  if (error || ::mkdtemp(name.data()) == nullptr) {
    return errno_error("make a directory for the demo: " + name, errno);
  }
  return std::unique_ptr<Demo>(new Demo(io, name));
}

Demo::Demo(boost::asio::io_context& io, std::filesystem::path directory)
    : directory_(std::move(directory)), workload_(directory_ / "log" / "pods"), timer_(io) {}

Demo::~Demo() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void Demo::configure(AgentConfig& config) const {
  config.data_dir = directory_ / "data";
  // The machine's own logs may be long: what is new of them is enough to see them flow.
  for (LogSourceConfig& source : config.logs.sources) {
    source.start_at = LogSourceConfig::StartAt::kEnd;
  }
  config.logs.sources.push_back({LogSourceConfig::Type::kKubernetes,
                                 directory_ / "log" / "pods",
                                 LogSourceConfig::StartAt::kBeginning});
  OutputConfig screen;
  screen.name = "screen";
  screen.delivery.batch_wait = kTick;
  screen.kind = StdoutConfig{"text"};
  config.outputs = {screen};
}

void Demo::start(std::function<std::vector<OutputStatus>()> outputs) {
  outputs_ = std::move(outputs);
  tick();
}

void Demo::tick() {
  if (const Status written = workload_.tick(steady_now()); !written) {
    log_warn("The demo cannot write its logs.", {{"error", written.error().message}});
  }
  if (++ticks_ % kTicksPerLine == 0) {
    print_flow();
  }
  timer_.expires_after(kTick);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) {
      tick();
    }
  });
}

void Demo::print_flow() {
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
  std::uint64_t pending = 0;
  for (const OutputStatus& output : outputs_()) {
    lines += output.delivered_lines;
    bytes += output.delivered_bytes;
    pending += output.pending_bytes;
  }
  fmt::print(stderr,
             "-- {} lines/s written by {} made-up containers, {} lines/s ({} B/s) delivered, {} "
             "lines in all, {} B pending\n",
             workload_.lines_written() - last_written_,
             workload_.container_names().size(),
             lines - last_lines_,
             bytes - last_bytes_,
             lines,
             pending);
  last_written_ = workload_.lines_written();
  last_lines_ = lines;
  last_bytes_ = bytes;
}

}  // namespace supercargo
