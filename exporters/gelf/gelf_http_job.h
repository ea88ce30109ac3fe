// A request of GELF over HTTP while it is under way: its messages, by stream.
//
// GelfHttpSender owns it, on its thread. The messages of a stream (a lane) go one after the other,
// each after the answer to the one before, so that they keep their order; lanes go side by side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/pipeline/sender.h"
#include "exporters/gelf/accepted_messages.h"
#include "exporters/transport/byte_buffer.h"

namespace supercargo {

struct GelfHttpJob;

struct GelfLane {
  struct Message {
    std::uint32_t begin = 0;  // in the job's text
    std::uint32_t raw_bytes = 0;
    std::uint32_t raw_lines = 0;
  };

  GelfHttpJob* job = nullptr;
  std::uint64_t chain = 0;
  Stream stream = Stream::kStdout;
  std::vector<Message> messages;
  std::size_t settled = 0;  // of them: taken, or refused for good
  std::size_t sent = 0;     // settled, and on their way
  std::size_t alone = 0;    // so many go alone: one of them may be what was refused
  std::vector<std::size_t> refused;
  std::string refusal;       // its reason: a metric label
  std::string refusal_text;  // the receiver's words

  [[nodiscard]] bool finished() const { return settled == messages.size(); }
};

struct GelfHttpJob {
  RequestId id = 0;
  std::string text;  // messages, each with a NUL byte behind it
  std::vector<std::unique_ptr<GelfLane>> lanes;
  std::size_t unfinished = 0;      // of lanes
  std::size_t under_way = 0;       // posts
  std::size_t refusals = 0;        // of messages
  std::uint64_t taken_before = 0;  // messages that the receiver had taken when the job began
  std::optional<Outcome> failure;  // nothing more is posted

  [[nodiscard]] std::string_view message(const GelfLane& lane, std::size_t number) const;

  [[nodiscard]] bool over() const { return under_way == 0 && (failure || unfinished == 0); }

  // What came of it; what was taken and will come again goes to `known`. `works`: the receiver has
  // taken something meanwhile. Where it has not, it refuses whatever comes, and no message is given
  // up for that. Requires: over().
  [[nodiscard]] Outcome outcome(bool works, AcceptedMessages& known) const;

 private:
  [[nodiscard]] Outcome refused_all() const;
};

// The open request: encoded text, and which message is whose.
class GelfHttpDraft {
 public:
  // To be called behind each batch that was encoded at the end of text().
  void note(const Batch& batch);

  [[nodiscard]] std::string& text() { return text_; }

  [[nodiscard]] std::size_t size() const { return text_.size(); }

  // Seals it, and begins anew.
  [[nodiscard]] std::unique_ptr<GelfHttpJob> seal(RequestId id);

 private:
  [[nodiscard]] GelfLane& lane_of(std::uint64_t chain, Stream stream);

  std::string text_;
  std::size_t noted_ = 0;  // of text_
  std::vector<std::unique_ptr<GelfLane>> lanes_;
};

// Appends the next messages of a lane to `body`, a line each, as many as fit into `max_bytes`; the
// first of an empty body is taken however long it is. With `max_bytes` 0 one, without a line's end.
// Those in `known` are left out. Returns how many it took.
std::size_t fill_body(GelfLane& lane,
                      std::size_t max_bytes,
                      AcceptedMessages& known,
                      ByteBuffer& body);

}  // namespace supercargo
