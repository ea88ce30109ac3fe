// Containers that write logs, and the kubelet that rotates them: CRI files below HOST_ROOT that
// grow at a given rate, each line with one write(2) and the time it is written at, as runtimes do.
//
//   live_writer HOST_ROOT FILES LINES_PER_SECOND SECONDS [ROTATE_BYTES [KEPT]]
//
// A file of ROTATE_BYTES is renamed to 0.log.<time> and its successor is made; KEPT rotated ones
// stay (default 4). Prints what it wrote: {"files":..,"lines":..,"bytes":..,"rotations":..}. A
// program of its own, so that the machine has a core left for what is measured.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kTickNs = 2'000'000;
constexpr std::size_t kTextBytes = 184;  // 225 bytes a line with its head

std::int64_t now_ns(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return now.tv_sec * kSecondNs + now.tv_nsec;
}

void sleep_until(std::int64_t monotonic_ns) {
  const timespec end{monotonic_ns / kSecondNs, monotonic_ns % kSecondNs};
  ::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, nullptr);
}

struct Settings {
  std::string host_root;
  std::size_t files = 0;
  double lines_per_second = 0;
  double seconds = 0;
  std::uint64_t rotate_bytes = 0;  // 0: never
  std::size_t kept = 4;
};

struct Totals {
  std::uint64_t lines = 0;
  std::uint64_t bytes = 0;
  std::uint64_t rotations = 0;
};

// "2026-11-22T14:36:43.881808367Z" of now.
std::string stamp(std::int64_t time_ns) {
  std::array<char, 48> text{};
  const std::time_t seconds = time_ns / kSecondNs;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  const std::size_t used = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text.data() + used, text.size() - used, ".%09dZ", int(time_ns % kSecondNs));
  return text.data();
}

// Text that compresses as logs do: words, with numbers among them that do not repeat.
std::string text_of(std::uint64_t number) {
  std::string text = "level=info seq=" + std::to_string(number) + " id=";
  text += std::to_string((number + 1) * 0x9E3779B97F4A7C15U);
  constexpr std::array kWords{" request",
                              " served",
                              " from",
                              " cache",
                              " user",
                              " session",
                              " took",
                              " retry",
                              " database",
                              " upstream",
                              " ms",
                              " status",
                              " timeout"};
  for (std::uint64_t seed = number; text.size() < kTextBytes;) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    text += kWords[(seed >> 33U) % kWords.size()];
  }
  text.resize(kTextBytes);
  return text;
}

class Container {
 public:
  Container(const Settings& settings, std::size_t number) : settings_(settings) {
    std::array<char, 80> pod{};
    std::snprintf(
        pod.data(), pod.size(), "live_pod-%zu_%08zu-1111-2222-3333-444444444444", number, number);
    directory_ = settings.host_root + "/var/log/pods/" + pod.data() + "/app";
    std::filesystem::create_directories(directory_);
    open();
  }

  void write_line(Totals& totals) {
    const std::string time = stamp(now_ns(CLOCK_REALTIME));
    const std::string line = time + " stdout F " + text_of(totals.lines) + "\n";
    if (::write(fd_, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
      std::perror("write");
      std::exit(1);  // NOLINT(concurrency-mt-unsafe): one thread
    }
    bytes_ += line.size();
    totals.bytes += line.size();
    ++totals.lines;
    if (settings_.rotate_bytes > 0 && bytes_ >= settings_.rotate_bytes) {
      rotate(time);
      ++totals.rotations;
    }
  }

 private:
  [[nodiscard]] std::string current() const { return directory_ + "/0.log"; }

  void open() {
    fd_ = ::open(current().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    bytes_ = 0;
  }

  // kubelet's name has seconds; a second rotation within one would overwrite the first.
  void rotate(const std::string& time) {
    std::string name = current() + "." + time.substr(0, 4) + time.substr(5, 2) + time.substr(8, 2) +
                       "-" + time.substr(11, 2) + time.substr(14, 2) + time.substr(17, 2);
    if (!rotated_.empty() && rotated_.back() == name) {
      return;
    }
    std::filesystem::rename(current(), name);
    rotated_.push_back(name);
    ::close(fd_);
    open();
    if (rotated_.size() > settings_.kept) {
      std::filesystem::remove(rotated_.front());
      rotated_.pop_front();
    }
  }

  const Settings& settings_;
  std::string directory_;
  int fd_ = -1;
  std::uint64_t bytes_ = 0;
  std::deque<std::string> rotated_;
};

Totals write_all(const Settings& settings) {
  std::vector<Container> containers;
  for (std::size_t number = 0; number < settings.files; ++number) {
    containers.emplace_back(settings, number);
  }
  Totals totals;
  const std::int64_t begin = now_ns(CLOCK_MONOTONIC);
  const auto end = begin + static_cast<std::int64_t>(settings.seconds * double(kSecondNs));
  for (std::int64_t tick = begin; tick < end; tick += kTickNs) {
    sleep_until(tick);
    const auto due = static_cast<std::uint64_t>(double(now_ns(CLOCK_MONOTONIC) - begin) /
                                                double(kSecondNs) * settings.lines_per_second);
    while (totals.lines < due) {
      // Neighbouring lines come from containers far apart, as in a directory of any order.
      containers[totals.lines * 37 % containers.size()].write_line(totals);
    }
  }
  return totals;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fputs(
        "usage: live_writer HOST_ROOT FILES LINES_PER_SECOND SECONDS [ROTATE_BYTES [KEPT]]\n",
        stderr);
    return 2;
  }
  Settings settings{argv[1],
                    std::strtoull(argv[2], nullptr, 10),
                    std::strtod(argv[3], nullptr),
                    std::strtod(argv[4], nullptr)};
  settings.rotate_bytes = argc > 5 ? std::strtoull(argv[5], nullptr, 10) : 0;
  settings.kept = argc > 6 ? std::strtoull(argv[6], nullptr, 10) : settings.kept;
  const Totals totals = write_all(settings);
  std::printf("{\"files\":%zu,\"lines\":%llu,\"bytes\":%llu,\"rotations\":%llu}\n",
              settings.files,
              static_cast<unsigned long long>(totals.lines),
              static_cast<unsigned long long>(totals.bytes),
              static_cast<unsigned long long>(totals.rotations));
  return 0;
}
