#include "collectors/node/sd_bus_library.h"

#include <type_traits>

#include <gtest/gtest.h>

#if __has_include(<systemd/sd-bus.h>)
#include <systemd/sd-bus.h>

namespace supercargo {
namespace {

template <class Ours, class Theirs>
constexpr bool kSame = std::is_same_v<Ours, Theirs*>;

static_assert(kSame<decltype(SdBusLibrary::bus_new), decltype(sd_bus_new)>);
static_assert(kSame<decltype(SdBusLibrary::set_fd), decltype(sd_bus_set_fd)>);
static_assert(kSame<decltype(SdBusLibrary::set_bus_client), decltype(sd_bus_set_bus_client)>);
static_assert(kSame<decltype(SdBusLibrary::start), decltype(sd_bus_start)>);
static_assert(kSame<decltype(SdBusLibrary::close), decltype(sd_bus_close)>);
static_assert(kSame<decltype(SdBusLibrary::unref), decltype(sd_bus_unref)>);
static_assert(kSame<decltype(SdBusLibrary::process), decltype(sd_bus_process)>);
static_assert(kSame<decltype(SdBusLibrary::get_events), decltype(sd_bus_get_events)>);
static_assert(kSame<decltype(SdBusLibrary::send), decltype(sd_bus_send)>);
static_assert(
    kSame<decltype(SdBusLibrary::new_method_call), decltype(sd_bus_message_new_method_call)>);
static_assert(
    kSame<decltype(SdBusLibrary::set_auto_start), decltype(sd_bus_message_set_auto_start)>);
static_assert(kSame<decltype(SdBusLibrary::append_basic), decltype(sd_bus_message_append_basic)>);
static_assert(
    kSame<decltype(SdBusLibrary::get_reply_cookie), decltype(sd_bus_message_get_reply_cookie)>);
static_assert(
    kSame<decltype(SdBusLibrary::is_method_error), decltype(sd_bus_message_is_method_error)>);
static_assert(kSame<decltype(SdBusLibrary::read_basic), decltype(sd_bus_message_read_basic)>);
static_assert(kSame<decltype(SdBusLibrary::skip), decltype(sd_bus_message_skip)>);
static_assert(kSame<decltype(SdBusLibrary::peek_type), decltype(sd_bus_message_peek_type)>);
static_assert(
    kSame<decltype(SdBusLibrary::enter_container), decltype(sd_bus_message_enter_container)>);
static_assert(
    kSame<decltype(SdBusLibrary::exit_container), decltype(sd_bus_message_exit_container)>);
static_assert(kSame<decltype(SdBusLibrary::message_unref), decltype(sd_bus_message_unref)>);

}  // namespace
}  // namespace supercargo
#endif

namespace supercargo {
namespace {

TEST(SdBusLibrary, IsThatOfThisMachineAndLoadedOnce) {
  ASSERT_TRUE(sd_bus_library()) << sd_bus_library().error().message;
  EXPECT_EQ(&sd_bus_library(), &sd_bus_library());
  sd_bus* bus = nullptr;
  ASSERT_GE(sd_bus_library()->bus_new(&bus), 0);
  EXPECT_EQ(sd_bus_library()->unref(bus), nullptr);
}

TEST(SdBusLibrary, AFileThatIsNotThereIsNamed) {
  const Result<SdBusLibrary> library = load_sd_bus("libnowhere.so.0");
  ASSERT_FALSE(library);
  EXPECT_EQ(library.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(library.error().message,
            "libnowhere.so.0 cannot be loaded (Debian's package libsystemd0)");
}

TEST(SdBusLibrary, ALibraryWithoutAFunctionIsNotUsed) {
  const Result<SdBusLibrary> library = load_sd_bus("libm.so.6");
  ASSERT_FALSE(library);
  EXPECT_EQ(library.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(library.error().message, "libm.so.6 has no sd_bus_new");
}

}  // namespace
}  // namespace supercargo
