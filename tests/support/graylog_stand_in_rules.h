// Graylog's rules for GELF, written from its documentation and its server's decoder, apart from our
// own encoder: what it takes, and why it refuses the rest.
//
// Pure functions, and a chunk store that takes the time as a parameter. Stricter than Graylog where
// that only shows a sender's mistake: a field twice, a name it would skip, bytes behind the object.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace supercargo::test {

// Why `json` is refused as a GELF 1.1 message; empty: it is accepted.
[[nodiscard]] std::string gelf_refusal(std::string_view json);

// A payload as text: plain, gzip (1f 8b) or zlib. Nothing, with `refusal` set, when it is damaged.
[[nodiscard]] std::optional<std::string> inflate_gelf(std::string_view payload,
                                                      std::string& refusal);

// Chunks by their id alone, whoever sent them; a message whose chunks do not all come within 5 s of
// the first is forgotten.
class GelfChunkStore {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // The payload of a datagram that is whole, or that makes one whole. Nothing otherwise; `refusal`
  // then says what was wrong with it, if anything.
  [[nodiscard]] std::optional<std::string> add(std::string_view datagram,
                                               Time now,
                                               std::string& refusal);

  // Forgets what is too old; how many messages that were.
  std::size_t expire(Time now);

 private:
  struct Entry {
    Time first;
    std::vector<std::optional<std::string>> parts;
    std::size_t present = 0;
  };

  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace supercargo::test
