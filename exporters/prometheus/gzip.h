// gzip by ISA-L's igzip: a third of zlib's CPU at level 1 for the same size.
//
// A stream belongs to one thread; gzip() is a pure function, any thread. The work space (about
// 400 KiB) lives as long as the stream, so that an agent that is scraped every 15 s does not keep
// it. Plain text may come in pieces: megabytes of it need not be there at the same time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/base/result.h"

struct isal_zstream;

namespace supercargo {

class GzipStream {
 public:
  GzipStream();
  ~GzipStream();
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  void add(std::string_view plain) { run(plain, /*last=*/false); }

  // One gzip member of all that was added, which an empty text is, too. Nothing may follow.
  [[nodiscard]] Result<std::string> finish();

 private:
  void run(std::string_view plain, bool last);

  const std::unique_ptr<isal_zstream> stream_;
  std::vector<std::uint8_t> level_buffer_;
  std::string out_;
  std::size_t used_ = 0;
  int failed_with_ = 0;  // igzip's code
};

// `plain` as one gzip member (RFC 1952), without name and time: equal input gives equal output.
[[nodiscard]] Result<std::string> gzip(std::string_view plain);

}  // namespace supercargo
