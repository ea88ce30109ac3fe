#include "exporters/prometheus/gzip.h"

#include <array>
#include <random>

#include <gtest/gtest.h>
#include <zlib.h>

namespace supercargo {
namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;

std::string inflate_with_zlib(std::string packed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, kGzipOnly), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  std::array<char, 65536> room{};
  int code = Z_OK;
  while (code == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(room.data());
    stream.avail_out = static_cast<uInt>(room.size());
    code = inflate(&stream, Z_NO_FLUSH);
    out.append(room.data(), room.size() - stream.avail_out);
  }
  EXPECT_EQ(code, Z_STREAM_END);
  EXPECT_EQ(stream.avail_in, 0U) << "bytes after the member";
  inflateEnd(&stream);
  return out;
}

std::string random_text(std::size_t size) {
  std::mt19937 random(7);
  std::string text(size, '\0');
  for (char& c : text) {
    c = static_cast<char>(random());
  }
  return text;
}

void expect_round_trip(const std::string& plain) {
  const auto packed = gzip(plain);
  ASSERT_TRUE(packed) << packed.error().message;
  EXPECT_EQ(inflate_with_zlib(*packed), plain) << plain.size();
}

TEST(Gzip, RoundTripsThroughZlib) {
  expect_round_trip("");
  expect_round_trip("x");
  expect_round_trip(std::string(1, '\0'));
  std::string metrics;
  for (int i = 0; i < 50'000; ++i) {
    metrics += "container_memory_usage_bytes{pod=\"web-" + std::to_string(i) + "\"} 4096\n";
  }
  expect_round_trip(metrics);
}

TEST(Gzip, RoundTripsWhatCannotBeCompressed) {
  for (const std::size_t size : {1U, 4095U, 4096U, 65535U, 65536U, 1'000'003U}) {
    expect_round_trip(random_text(size));
  }
}

TEST(Gzip, MakesMetricsSmallAndIsDeterministic) {
  std::string metrics;
  for (int i = 0; i < 1000; ++i) {
    metrics += "node_cpu_seconds_total{cpu=\"" + std::to_string(i) + "\",mode=\"idle\"} 1\n";
  }
  const auto packed = gzip(metrics);
  ASSERT_TRUE(packed);
  EXPECT_LT(packed->size(), metrics.size() / 6);
  EXPECT_EQ(*packed, *gzip(metrics));
}

TEST(Gzip, MakesOneMemberOfPieces) {
  std::string plain;
  GzipStream stream;
  for (int i = 0; i < 300; ++i) {
    const std::string piece(static_cast<std::size_t>(i) * 37, static_cast<char>('a' + i % 26));
    plain += piece;
    stream.add(piece);
  }
  const std::string noise = random_text(300'000);
  plain += noise;
  stream.add(noise);
  const auto packed = stream.finish();
  ASSERT_TRUE(packed) << packed.error().message;
  EXPECT_EQ(inflate_with_zlib(*packed), plain);
}

TEST(Gzip, MakesAMemberOfNothing) {
  GzipStream stream;
  EXPECT_EQ(inflate_with_zlib(*stream.finish()), "");
}

}  // namespace
}  // namespace supercargo
