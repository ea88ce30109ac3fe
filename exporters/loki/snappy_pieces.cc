#include "exporters/loki/snappy_pieces.h"

#include <snappy-sinksource.h>
#include <snappy.h>

namespace supercargo {
namespace {

class PieceSource : public snappy::Source {
 public:
  explicit PieceSource(std::span<const std::string_view> pieces) : pieces_(pieces) {
    for (const std::string_view piece : pieces_) {
      available_ += piece.size();
    }
  }

  [[nodiscard]] std::size_t Available() const override { return available_; }

  const char* Peek(std::size_t* length) override {
    while (!pieces_.empty() && used_ == pieces_.front().size()) {
      pieces_ = pieces_.subspan(1);
      used_ = 0;
    }
    const std::string_view rest =
        pieces_.empty() ? std::string_view() : pieces_.front().substr(used_);
    *length = rest.size();
    return rest.data();
  }

  void Skip(std::size_t count) override {
    available_ -= count;
    while (count > 0) {
      const std::size_t here = std::min(count, pieces_.front().size() - used_);
      used_ += here;
      count -= here;
      if (used_ == pieces_.front().size()) {
        pieces_ = pieces_.subspan(1);
        used_ = 0;
      }
    }
  }

 private:
  std::span<const std::string_view> pieces_;
  std::size_t used_ = 0;  // of the first piece
  std::size_t available_ = 0;
};

}  // namespace

void compress_pieces(std::span<const std::string_view> pieces, ByteBuffer& out) {
  PieceSource source(pieces);
  const std::size_t before = out.size();
  char* const place = out.extend(snappy::MaxCompressedLength(source.Available()));
  snappy::UncheckedByteArraySink sink(place);
  out.truncate(before + snappy::Compress(&source, &sink));
}

bool decompress(std::string_view compressed, std::size_t max_bytes, ByteBuffer& out) {
  std::size_t size = 0;
  if (!snappy::GetUncompressedLength(compressed.data(), compressed.size(), &size) ||
      size > max_bytes) {
    return false;
  }
  out.clear();
  return snappy::RawUncompress(compressed.data(), compressed.size(), out.extend(size));
}

}  // namespace supercargo
