// Result<T>: a value or an Error, the only way our own code reports failure.
//
// The names are those of std::expected<T, Error>, so that a later standard library replaces this
// file by an alias. Plain values: no thread rules. An ignored result is a compiler warning.
#pragma once

#include <cassert>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace supercargo {

enum class ErrorCode {
  kIo,           // a system call or a peer failed
  kNotFound,     // the thing does not exist, or has just gone
  kParse,        // the text is not what its format says
  kConfig,       // the user's configuration is wrong
  kUnavailable,  // not now, or not on this machine
  kCancelled,    // stopped on purpose
};

struct Error {
  ErrorCode code;
  std::string message;  // what failed, where, why; lower case, no full stop

  // "context: message". Added once per layer on the way up.
  [[nodiscard]] Error with_context(std::string_view context) && {
    message.insert(0, ": ");
    message.insert(0, context);
    return std::move(*this);
  }
};

template <class T>
class [[nodiscard]] Result {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): `return value;` is how a Result is made
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}

  // NOLINTNEXTLINE(google-explicit-constructor): likewise `return Error{...};`
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }

  explicit operator bool() const noexcept { return has_value(); }

  // Requires: has_value().
  T& operator*() & noexcept { return held(std::get_if<0>(&state_)); }

  const T& operator*() const& noexcept { return held(std::get_if<0>(&state_)); }

  T&& operator*() && noexcept { return std::move(held(std::get_if<0>(&state_))); }

  T* operator->() noexcept { return &held(std::get_if<0>(&state_)); }

  const T* operator->() const noexcept { return &held(std::get_if<0>(&state_)); }

  // Requires: !has_value().
  const Error& error() const& noexcept { return held(std::get_if<1>(&state_)); }

  Error&& error() && noexcept { return std::move(held(std::get_if<1>(&state_))); }

 private:
  // What the caller has asked for, having asked has_value(): without this the optimiser warns of a
  // null pointer at every use.
  template <class Content>
  static Content& held(Content* content) noexcept {
    assert(content != nullptr);
    if (content == nullptr) {
      __builtin_unreachable();
    }
    return *content;
  }

  std::variant<T, Error> state_;
};

struct Ok {};

using Status = Result<Ok>;

// "open /proc/stat: Permission denied", with kNotFound for ENOENT, ESRCH and ENODEV (a thing that
// has gone), and kUnavailable for EOPNOTSUPP (the kernel was built or booted without it).
[[nodiscard]] Error errno_error(std::string_view what, int error_number);

}  // namespace supercargo
