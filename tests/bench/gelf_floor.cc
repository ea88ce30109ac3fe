// The floor for shipping logs to Graylog over TCP: only what nobody can leave out. Reads CRI files,
// finds lines, decodes them, encodes each as a GELF message with the agent's default fields, and
// writes 256 KiB at a time to a server on the loopback that throws them away.
//
//   gelf_floor PORT FILE...
//
// No error handling beyond ending, no retry, no cursor, no confirmation, no check of UTF-8: the
// agent is measured against this program in the same run (run.py).
#include <charconv>
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
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::size_t kWriteBytes = std::size_t{256} << 10;
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
  return fd;
}

// As std::to_chars has no width: a leading 1 is written and left out.
void put_nine_digits(std::string& out, std::uint32_t value) {
  char text[10];
  std::to_chars(text, text + sizeof(text), 1'000'000'000U + value);
  out.append(text + 1, 9);
}

void put_number(std::string& out, std::uint64_t value) {
  char text[20];
  out.append(text, std::to_chars(text, text + sizeof(text), value).ptr);
}

// Where the next control character, quote or backslash is: eight bytes at a time.
std::size_t next_special(std::string_view text, std::size_t at) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    const std::uint64_t special =
        ((word - kOnes * 0x20) | ((word ^ kOnes * '"') - kOnes) | ((word ^ kOnes * '\\') - kOnes)) &
        ~word & (kOnes * 0x80);
    if (special != 0) {
      return at + static_cast<std::size_t>(__builtin_ctzll(special)) / 8;
    }
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) >= 0x20 && text[at] != '"' &&
         text[at] != '\\') {
    ++at;
  }
  return at;
}

class Floor {
 public:
  explicit Floor(std::uint16_t port) : fd_(connect_to(port)) {}

  void ship(const char* path) {
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    std::string buffer(kReadBytes, '\0');
    std::size_t kept = 0;
    offset_ = 0;
    for (;;) {
      const ssize_t count = ::read(file, buffer.data() + kept, buffer.size() - kept);
      if (count <= 0) {
        break;
      }
      const std::string_view chunk(buffer.data(), kept + static_cast<std::size_t>(count));
      const std::size_t used = take_lines(chunk);
      offset_ += used;
      kept = chunk.size() - used;
      std::memmove(buffer.data(), buffer.data() + used, kept);
    }
    ::close(file);
    send_all();
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
      take_line(chunk.substr(at, length), offset_ + at);
      at += length + 1;
    }
  }

  // "2026-11-22T14:36:43.881808367Z stdout F text"
  void take_line(std::string_view line, std::uint64_t offset) {
    const std::size_t time_end = line.find(' ');
    std::uint32_t nanoseconds = 0;
    for (std::size_t i = 20; i < 29; ++i) {
      nanoseconds = nanoseconds * 10 + (i + 1 < time_end ? std::uint32_t(line[i] - '0') : 0);
    }
    out_ +=
        R"({"version":"1.1","host":"node-e2e","_namespace":"bench","_pod":"pod-0",)"
        R"("_container":"app","_stream":"stdout","_pod_uid":"00000000-1111-2222-3333-444444444444",)"
        R"("_restart":0,"_supercargo_id":"00000000-1111-2222-3333-444444444444/app/0/0123456789abcdef/)";
    put_number(out_, offset);
    out_ += R"(","level":6,"timestamp":)";
    put_number(out_, static_cast<std::uint64_t>(seconds(line)));
    out_ += '.';
    put_nine_digits(out_, nanoseconds);
    out_ += R"(,"short_message":")";
    put_escaped(line.substr(time_end + 10));
    out_.append("\"}\0", 3);
    if (out_.size() >= kWriteBytes) {
      send_all();
    }
  }

  std::int64_t seconds(std::string_view line) {
    const auto two = [line](std::size_t at) {
      return (line[at] - '0') * 10 + (line[at + 1] - '0');
    };
    const std::string_view day = line.substr(0, 10);
    if (day != day_) {
      std::tm time{};
      time.tm_year = two(0) * 100 + two(2) - 1900;
      time.tm_mon = two(5) - 1;
      time.tm_mday = two(8);
      day_ = day;
      day_seconds_ = ::timegm(&time);
    }
    return day_seconds_ + std::int64_t{3600} * two(11) + std::int64_t{60} * two(14) + two(17);
  }

  void put_escaped(std::string_view text) {
    std::size_t start = 0;
    std::size_t at = 0;
    while ((at = next_special(text, at)) < text.size()) {
      out_.append(text, start, at - start);
      const auto c = static_cast<unsigned char>(text[at]);
      out_ += '\\';
      if (c == '"' || c == '\\') {
        out_ += text[at];
      } else {
        out_ += "u00";
        out_ += "0123456789abcdef"[c >> 4U];
        out_ += "0123456789abcdef"[c & 0xFU];
      }
      start = ++at;
    }
    out_.append(text, start);
  }

  void send_all() {
    for (std::string_view data = out_; !data.empty();) {
      const ssize_t count = ::send(fd_, data.data(), data.size(), MSG_NOSIGNAL);
      if (count <= 0) {
        fail("send");
      }
      data.remove_prefix(static_cast<std::size_t>(count));
    }
    out_.clear();
  }

  const int fd_;
  std::uint64_t offset_ = 0;
  std::string out_;
  std::string day_;
  std::int64_t day_seconds_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: gelf_floor PORT FILE...\n", stderr);
    return 2;
  }
  Floor floor(static_cast<std::uint16_t>(std::strtoul(argv[1], nullptr, 10)));
  for (int i = 2; i < argc; ++i) {
    floor.ship(argv[i]);
  }
  return 0;
}
