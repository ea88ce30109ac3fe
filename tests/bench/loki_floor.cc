// The floor for shipping logs to Loki: only what nobody can leave out. Reads CRI files, finds
// lines, decodes them, encodes protobuf, compresses with snappy, and posts each request to a server
// on the loopback that answers at once.
//
//   loki_floor PORT FILE...
//
// No error handling beyond ending, no retry, no cursor, no fairness, one request in flight: the
// agent is measured against this program in the same run (run.py).
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <snappy.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::size_t kRequestBytes = std::size_t{1} << 20;
constexpr std::size_t kReadBytes = std::size_t{256} << 10;

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);  // NOLINT(concurrency-mt-unsafe): one thread
}

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    fail("connect");
  }
  const int one = 1;
  (void)::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
  return fd;
}

void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

std::size_t varint_bytes(std::uint64_t value) {
  std::size_t bytes = 1;
  for (; value >= 0x80; value >>= 7) {
    ++bytes;
  }
  return bytes;
}

void send_all(int fd, std::string_view data) {
  while (!data.empty()) {
    const ssize_t count = ::send(fd, data.data(), data.size(), MSG_NOSIGNAL);
    if (count <= 0) {
      fail("send");
    }
    data.remove_prefix(static_cast<std::size_t>(count));
  }
}

class Floor {
 public:
  explicit Floor(std::uint16_t port) : fd_(connect_to(port)), port_(port) {}

  void ship(const char* path) {
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    std::string buffer(kReadBytes, '\0');
    std::size_t kept = 0;
    for (;;) {
      const ssize_t count = ::read(file, buffer.data() + kept, buffer.size() - kept);
      if (count <= 0) {
        break;
      }
      const std::string_view chunk(buffer.data(), kept + static_cast<std::size_t>(count));
      const std::size_t used = take_lines(chunk);
      kept = chunk.size() - used;
      std::memmove(buffer.data(), buffer.data() + used, kept);
    }
    ::close(file);
    post();
  }

 private:
  std::size_t take_lines(std::string_view chunk) {
    std::size_t at = 0;
    for (;;) {
      const void* end = std::memchr(chunk.data() + at, '\n', chunk.size() - at);
      if (end == nullptr) {
        return at;
      }
      const std::size_t length =
          static_cast<std::size_t>(static_cast<const char*>(end) - chunk.data()) - at;
      take_line(chunk.substr(at, length));
      at += length + 1;
    }
  }

  // "2026-11-22T14:36:43.881808367Z stdout F text"
  void take_line(std::string_view line) {
    const std::size_t time_end = line.find(' ');
    std::tm time{};
    const auto two = [&line](std::size_t at) {
      return (line[at] - '0') * 10 + (line[at + 1] - '0');
    };
    time.tm_year = two(0) * 100 + two(2) - 1900;
    time.tm_mon = two(5) - 1;
    time.tm_mday = two(8);
    const std::string_view day = line.substr(0, 10);
    if (day != day_) {
      day_ = day;
      day_seconds_ = ::timegm(&time);
    }
    const std::int64_t seconds = day_seconds_ + two(11) * 3600 + two(14) * 60 + two(17);
    std::int64_t nanoseconds = 0;
    std::int64_t scale = 100'000'000;
    for (std::size_t i = 20; i + 1 < time_end; ++i, scale /= 10) {
      nanoseconds += (line[i] - '0') * scale;
    }
    const std::string_view text = line.substr(time_end + 10);
    const std::size_t stamp_bytes = 2 + varint_bytes(static_cast<std::uint64_t>(seconds)) +
                                    varint_bytes(static_cast<std::uint64_t>(nanoseconds));
    const std::size_t entry_bytes = 2 + stamp_bytes + 1 + varint_bytes(text.size()) + text.size();
    entries_ += '\x12';
    put_varint(entries_, entry_bytes);
    entries_ += '\x0a';
    put_varint(entries_, stamp_bytes);
    entries_ += '\x08';
    put_varint(entries_, static_cast<std::uint64_t>(seconds));
    entries_ += '\x10';
    put_varint(entries_, static_cast<std::uint64_t>(nanoseconds));
    entries_ += '\x12';
    put_varint(entries_, text.size());
    entries_ += text;
    if (entries_.size() >= kRequestBytes) {
      post();
    }
  }

  void post() {
    if (entries_.empty()) {
      return;
    }
    constexpr std::string_view kLabels =
        R"({container="app",namespace="bench",node="node",pod="pod",stream="stdout"})";
    request_.clear();
    request_ += '\x0a';
    put_varint(request_, 1 + varint_bytes(kLabels.size()) + kLabels.size() + entries_.size());
    request_ += '\x0a';
    put_varint(request_, kLabels.size());
    request_ += kLabels;
    request_ += entries_;
    entries_.clear();
    compressed_.resize(snappy::MaxCompressedLength(request_.size()));
    std::size_t compressed_bytes = 0;
    snappy::RawCompress(request_.data(), request_.size(), compressed_.data(), &compressed_bytes);
    send_all(fd_,
             "POST /loki/api/v1/push HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) +
                 "\r\nContent-Type: application/x-protobuf\r\nContent-Length: " +
                 std::to_string(compressed_bytes) + "\r\n\r\n");
    send_all(fd_, std::string_view(compressed_).substr(0, compressed_bytes));
    await_answer();
  }

  void await_answer() {
    std::array<char, 1024> answer{};
    std::size_t used = 0;
    while (std::string_view(answer.data(), used).find("\r\n\r\n") == std::string_view::npos) {
      const ssize_t count = ::recv(fd_, answer.data() + used, answer.size() - used, 0);
      if (count <= 0) {
        fail("recv");
      }
      used += static_cast<std::size_t>(count);
    }
    if (!std::string_view(answer.data(), used).starts_with("HTTP/1.1 204")) {
      fail("the answer is not 204");
    }
  }

  const int fd_;
  const std::uint16_t port_;
  std::string entries_;
  std::string request_;
  std::string compressed_;
  std::string day_;
  std::int64_t day_seconds_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: loki_floor PORT FILE...\n", stderr);
    return 2;
  }
  Floor floor(static_cast<std::uint16_t>(std::strtoul(argv[1], nullptr, 10)));
  for (int i = 2; i < argc; ++i) {
    floor.ship(argv[i]);
  }
  return 0;
}
