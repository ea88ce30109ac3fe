// One output's reading of one chain: the files of a container, oldest first, as one stream of
// records.
//
// Owned by a LogReader, on its output's thread. The chain is the unit of order: while any of its
// lines is in flight, nothing more is read from it, unless into the same request or for an ordered
// transport. A failed request rewinds it to what is settled; nothing is buffered that the files
// still hold.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/base/clock.h"
#include "agent/pipeline/record_source.h"
#include "collectors/logs/chain_account.h"
#include "collectors/logs/chain_files.h"
#include "collectors/logs/chain_flights.h"
#include "collectors/logs/chain_limits.h"
#include "collectors/logs/decoded_line.h"
#include "collectors/logs/line_decoder.h"
#include "collectors/logs/record_assembler.h"

namespace supercargo {

// Buffers that all chains of an output share: only one is read at a time.
struct ReadScratch {
  std::string bytes;
  std::array<std::vector<Record>, kStreamCount> records;
  LineDecoder decoder;
  JoinBuffers joins;
  std::uint64_t new_bytes = 0;  // what the last read() gave to be sent for the first time
};

class ChainReader {
 public:
  ChainReader(std::uint64_t number,  // Batch::chain
              const std::string& key,
              ChainOptions options,
              std::shared_ptr<ContainerAccount> account,
              Journal& journal,
              InflaterPool& inflaters);
  ~ChainReader();
  ChainReader(const ChainReader&) = delete;
  ChainReader& operator=(const ChainReader&) = delete;

  void update(const LogChain& chain, std::int64_t old_before_ns, SteadyTime now) {
    files_.update(chain, old_before_ns, now);
  }

  void unlist() { files_.unlist(); }

  void begin_drain() {
    draining_ = true;
    files_.begin_drain();
  }

  void set_limits(ChainLimits limits) { limits_ = std::move(limits); }

  // Observed by the owner, who also takes off them what was read.
  [[nodiscard]] ChainLimits& limits() { return limits_; }

  [[nodiscard]] const ChainLimits& limits() const { return limits_; }

  // Looks after truncation, finished files and idle partial records.
  void observe(SteadyTime now);

  // Bytes that read() could take now if nothing were in flight, and since when there are any.
  [[nodiscard]] std::uint64_t readable_bytes() const {
    return files_.readable_bytes() + (open_[0].due || open_[1].due ? 1 : 0);
  }

  [[nodiscard]] std::optional<SteadyTime> readable_since() const { return readable_since_; }

  [[nodiscard]] bool may_read(RequestId open_request, bool ordered) const;

  // Nothing left to do, and discovery does not list it any more.
  [[nodiscard]] bool done() const { return files_.done() && flights_.empty(); }

  // Reads at most `max_bytes` raw bytes (at least one line) from the oldest file that has some,
  // into the sender's open request. Returns the raw bytes that it went on by.
  std::size_t read(RequestId request, std::size_t max_bytes, ReadScratch& scratch, Sender& sender);

  // What became of a request; nothing happens when none of its lines are from here. Settled is also
  // what was refused for good.
  void settle(RequestId request, std::span<const Outcome::Refusal> refused = {});
  void rewind(RequestId request);
  void drop(RequestId request, std::string_view reason);

  // Posts the account's terms, and what pends, as they are now.
  void post_account();

  // To be checked; as of the last post.
  [[nodiscard]] const ChainAccount& account() const { return account_; }

  [[nodiscard]] const std::string& key() const { return files_.key(); }

  [[nodiscard]] std::uint64_t number() const { return number_; }

  // Oldest first.
  [[nodiscard]] std::list<FileCursor>& cursors() { return files_.cursors(); }

  [[nodiscard]] bool in_flight() const { return !flights_.empty(); }

 private:
  struct Carried {  // a record that began in an earlier file
    AssembledRecord assembled;
    Stream stream;
  };

  // The open record of a stream, as it was at the last look.
  struct OpenRecord {
    std::uint64_t raw_bytes = 0;
    SteadyTime unchanged_since{};
    bool due = false;  // no more is to be expected: to be delivered as it is
  };

  void rewind_all();
  void count_not_sent(const ChainFlights::Moved& moved);
  void observe_open_records(SteadyTime now, bool stood_still);
  std::size_t read_lines(FileCursor& cursor, std::size_t max_bytes, ReadScratch& scratch);
  void skip_unreadable(FileCursor& cursor, int error_number);
  void decode_chunk(FileCursor& cursor,
                    std::string_view chunk,
                    const LineLimits& limits,
                    ReadScratch& scratch);
  [[nodiscard]] std::int64_t fallback_time(LogFormat format) const;
  std::size_t take_line(FileCursor& cursor,
                        std::uint64_t at,
                        const DecodedLine& line,
                        ReadScratch& scratch);
  void take_decoded(const RawLine& raw,
                    const LogLine& line,
                    bool well_formed,
                    ReadScratch& scratch);
  void take_record(const FileCursor* current,
                   Stream stream,
                   const AssembledRecord& assembled,
                   ReadScratch& scratch);
  void end_open_record(const FileCursor* current, Stream stream, ReadScratch& scratch);
  void end_due_records(ReadScratch& scratch);
  void end_records_of_others(const FileCursor& cursor, ReadScratch& scratch);
  void send_records(FileCursor& cursor, ReadScratch& scratch, Sender& sender);
  void send_batch(FileCursor& cursor,
                  Stream stream,
                  std::span<const Record> records,
                  Sender& sender) const;
  [[nodiscard]] bool account_sent(FileCursor& cursor, Stream stream, const Record& record);

  const std::uint64_t number_;
  const ChainOptions options_;
  ChainAccount account_;
  SteadyTime now_{};  // of the last look
  bool draining_ = false;
  ChainFiles files_;
  RecordAssembler assembler_;
  ChainFlights flights_;
  ChainLimits limits_;
  std::vector<Carried> carried_;  // of the chunk that is being read
  ChainFlights::Moved chunk_;     // likewise
  std::uint64_t skipped_ = 0;     // likewise: bytes of a stream that is ahead
  std::int64_t last_time_ns_ = 0;
  std::optional<SteadyTime> readable_since_;
  std::array<OpenRecord, kStreamCount> open_;
};

}  // namespace supercargo
