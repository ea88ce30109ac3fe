#include "exporters/gelf/peer_hint.h"

#include <gmock/gmock.h>

namespace supercargo {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

TEST(PeerHint, KnowsAPortThatSpeaksAnotherProtocol) {
  EXPECT_THAT(peer_hint({"\x15\x03\x03\x00\x02\x02\x46", 7}), HasSubstr("tls://"));
  EXPECT_THAT(peer_hint("HTTP/1.1 400 Bad Request\r\n"), HasSubstr("http://"));
}

TEST(PeerHint, SaysNothingOfOtherWords) {
  EXPECT_THAT(peer_hint(""), IsEmpty());
  EXPECT_THAT(peer_hint("\x15"), IsEmpty());
  EXPECT_THAT(peer_hint("hello"), IsEmpty());
}

}  // namespace
}  // namespace supercargo
