// A few made-up pods that write logs, so that `./dev run` shows lines flow on a machine without a
// cluster.
//
// agent/app owns it; a timer of the main thread calls tick() several times a second. It writes real
// files below a `pods` directory as containerd and kubelet do (plain text, JSON, a stack trace,
// lines in pieces, rotation) and the links of a sibling `containers` directory; whoever owns the
// directory above removes it. What is written depends on the options and the times of tick() alone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "agent/app/demo_containers.h"
#include "agent/app/demo_log_file.h"
#include "agent/base/clock.h"
#include "agent/base/result.h"

namespace supercargo {

struct DemoOptions {
  std::uint64_t seed = 1;
  std::int64_t start_unix_ns = unix_nanoseconds_now();  // the wall clock at the first tick
  std::uint64_t rotate_bytes = 64 << 10;
};

class DemoWorkload {
 public:
  // `log_root` is the `pods` directory; nothing is touched before the first tick.
  explicit DemoWorkload(std::filesystem::path log_root, const DemoOptions& options = {});

  // Writes what the pods would have logged since the last tick; after a pause of more than a second
  // only its last second. Returns the tick's first error; a container that cannot write costs its
  // own lines only.
  Status tick(SteadyTime now);

  // Lines as an application counts them: pieces joined, each line of a stack trace for itself.
  [[nodiscard]] std::uint64_t lines_written() const { return lines_written_; }

  // `namespace/pod/container`, in a fixed order.
  [[nodiscard]] std::vector<std::string> container_names() const;

 private:
  struct Container {
    const DemoContainer& description;
    DemoLogFile file;
    std::int64_t next_event_ns;  // since the first tick
  };

  [[nodiscard]] Status link_container(const Container& container) const;
  [[nodiscard]] Status write_due_events(Container& container, std::int64_t elapsed_ns);
  [[nodiscard]] Status write_event(Container& container);

  std::filesystem::path log_root_;
  std::int64_t start_unix_ns_;
  std::mt19937_64 random_;
  std::vector<Container> containers_;
  std::vector<DemoLine> event_;
  std::optional<SteadyTime> first_tick_;
  std::uint64_t lines_written_ = 0;
};

}  // namespace supercargo
