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
  GelfHttpJob* job = nullptr;
  std::uint64_t stream = 0;
  std::vector<std::uint32_t> messages;  // where each begins
  std::size_t accepted = 0;             // of them
  std::size_t sent = 0;                 // accepted, and on their way

  [[nodiscard]] bool finished() const { return accepted == messages.size(); }
};

struct GelfHttpJob {
  RequestId id = 0;
  std::string text;  // messages, each with a NUL byte behind it
  std::vector<std::unique_ptr<GelfLane>> lanes;
  std::size_t unfinished = 0;      // of lanes
  std::size_t under_way = 0;       // posts
  std::optional<Outcome> failure;  // nothing more is posted

  [[nodiscard]] std::string_view message(const GelfLane& lane, std::size_t number) const;
  [[nodiscard]] std::size_t message_count() const;
};

// The open request: encoded text, and which part of it is whose.
class GelfHttpDraft {
 public:
  // To be called behind each batch that was appended to text().
  void note(std::uint64_t stream);

  [[nodiscard]] std::string& text() { return text_; }

  [[nodiscard]] std::size_t size() const { return text_.size(); }

  // Seals it, and begins anew.
  [[nodiscard]] std::unique_ptr<GelfHttpJob> seal(RequestId id);

 private:
  struct Piece {
    std::uint64_t stream;
    std::size_t end;
  };

  std::string text_;
  std::vector<Piece> pieces_;
};

// Takes the next messages of a lane into `body`, a line each, as many as fit into `max_bytes` and at
// least one; with `max_bytes` 0 one, without a line's end. Those in `known` are left out and count
// as accepted. Returns how many there are in the body: none only when none are left.
std::size_t fill_body(GelfLane& lane,
                      std::size_t max_bytes,
                      AcceptedMessages& known,
                      ByteBuffer& body);

}  // namespace supercargo
