#include "agent/pipeline/level_words.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace supercargo {
namespace {

using enum LineLevel;

// Up to eight letters as one number, without case, so that a word is one comparison away from each
// that it may be. Requires: at least three, and of more than eight the first eight tell.
constexpr std::uint64_t packed_slowly(std::string_view word) {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(word.size(), 8); ++i) {
    out |= std::uint64_t{static_cast<unsigned char>(word[i] | 0x20)} << (8 * i);
  }
  return out;
}

template <class Number>
std::uint64_t load(const char* from) {
  Number number = 0;
  std::memcpy(&number, from, sizeof(number));
  return number;
}

// The same by loads that overlap.
std::uint64_t packed(std::string_view word) {
  static_assert(std::endian::native == std::endian::little, "the first byte is the lowest");
  const char* begin = word.data();
  if (word.size() >= 8) {
    return load<std::uint64_t>(begin) | 0x2020202020202020U;
  }
  if (word.size() >= 4) {
    const std::size_t second = word.size() - 4;
    return load<std::uint32_t>(begin) | 0x20202020U |
           ((load<std::uint32_t>(begin + second) | 0x20202020U) << (8 * second));
  }
  const std::uint64_t third = static_cast<unsigned char>(begin[2]);
  return load<std::uint16_t>(begin) | (third << 16U) | 0x202020U;
}

struct Word {
  consteval Word(std::string_view text, LineLevel its_level)
      : letters(packed_slowly(text)),
        length(static_cast<std::uint8_t>(text.size())),
        level(its_level) {}

  std::uint64_t letters;  // the first eight: no two words of one length share them
  std::uint8_t length;
  LineLevel level;
};

// By length.
constexpr std::array kWords{
    Word{"err", kError},           Word{"inf", kInfo},        Word{"wrn", kWarning},
    Word{"dbg", kDebug},           Word{"ftl", kCritical},    Word{"info", kInfo},
    Word{"warn", kWarning},        Word{"crit", kCritical},   Word{"fail", kError},
    Word{"dbug", kDebug},          Word{"trce", kDebug},      Word{"error", kError},
    Word{"debug", kDebug},         Word{"trace", kDebug},     Word{"fatal", kCritical},
    Word{"panic", kCritical},      Word{"alert", kAlert},     Word{"emerg", kEmergency},
    Word{"notice", kNotice},       Word{"severe", kError},    Word{"dpanic", kCritical},
    Word{"warning", kWarning},     Word{"verbose", kDebug},   Word{"critical", kCritical},
    Word{"emergency", kEmergency}, Word{"information", kInfo}};

// Where the words of a length begin.
constexpr std::array kFirstOfLength = [] {
  std::array<std::uint8_t, 13> first{};
  for (std::size_t length = 0; length < first.size(); ++length) {
    while (first[length] < kWords.size() && kWords[first[length]].length < length) {
      ++first[length];
    }
  }
  return first;
}();

}  // namespace

bool is_level_key(std::string_view key) {
  if (key.size() < 3 || key.size() > 9) {
    return false;
  }
  const std::uint64_t letters = packed(key);
  switch (key.size()) {
    case 3:
      return letters == packed_slowly("lvl");
    case 5:
      return letters == packed_slowly("level");
    case 8:
      return letters == packed_slowly("severity") || letters == packed_slowly("loglevel");
    case 9:
      return (letters == packed_slowly("levelnam") && (key[8] | 0x20) == 'e') ||
             (letters == packed_slowly("log.leve") && (key[8] | 0x20) == 'l');
    default:
      return false;
  }
}

std::optional<LineLevel> level_of_word(std::string_view word) {
  if (word.size() < 3 || word.size() + 1 >= kFirstOfLength.size()) {
    return std::nullopt;
  }
  const std::uint64_t letters = packed(word);
  for (std::size_t i = kFirstOfLength[word.size()]; i < kFirstOfLength[word.size() + 1]; ++i) {
    if (kWords[i].letters == letters) {
      return kWords[i].level;
    }
  }
  return std::nullopt;
}

}  // namespace supercargo
