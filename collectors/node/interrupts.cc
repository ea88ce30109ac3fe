#include "collectors/node/interrupts.h"

#include <array>

#include "agent/base/text.h"

namespace supercargo {
namespace {

constexpr std::array<std::string_view, 4> kLabels{"cpu", "devices", "info", "type"};
constexpr std::array<MetricDesc, 1> kFamilies{
    {{"node_interrupts_total", "Interrupt details.", MetricKind::kCounter, kLabels}}};

constexpr std::string_view kCpu = "CPU";

bool parse_cpus(std::string_view header, std::vector<std::uint32_t>& out) {
  for (std::string_view word = take_word(header); !word.empty(); word = take_word(header)) {
    const auto number = word.starts_with(kCpu)
                            ? parse_number<std::uint32_t>(word.substr(kCpu.size()))
                            : std::nullopt;
    if (!number) {
      return false;
    }
    out.push_back(*number);
  }
  return !out.empty();
}

bool parse_counts(std::string_view& rest, std::size_t cpus, std::vector<std::uint64_t>& out) {
  for (std::size_t i = 0; i < cpus; ++i) {
    const std::optional<std::uint64_t> count = parse_u64(take_word(rest));
    if (!count) {
      return false;
    }
    out.push_back(*count);
  }
  return true;
}

// The words with one blank between them.
void join_words(std::string_view text, std::string& out) {
  out.clear();
  for (std::string_view word = take_word(text); !word.empty(); word = take_word(text)) {
    out.append(out.empty() ? "" : " ").append(word);
  }
}

}  // namespace

//            CPU0       CPU1
//  26:          0         14  IO-APIC   4-edge      ttyS0
// LOC:   16167860   16067205  Local timer interrupts
// ERR:          0
Status parse_interrupts(std::string_view text, Interrupts& out) {
  out.cpus.clear();
  out.sources.clear();
  out.counts.clear();
  if (!parse_cpus(take_until(text, '\n'), out.cpus)) {
    return Error{ErrorCode::kParse, "interrupts: no header \"CPU0 ...\""};
  }
  while (!text.empty()) {
    std::string_view rest = take_until(text, '\n');
    const std::string_view name = trim(take_until(rest, ':'));
    const std::size_t known = out.counts.size();
    const bool counted = parse_counts(rest, out.cpus.size(), out.counts);
    rest = trim(rest);
    if (counted && !name.empty() && !rest.empty()) {
      out.sources.push_back({name, rest});
    } else {
      out.counts.resize(known);
    }
  }
  return Ok{};
}

std::span<const MetricDesc> InterruptsCollector::families() const noexcept {
  return kFamilies;
}

Status InterruptsCollector::collect(SampleSet& out) {
  Result<std::string_view> text = file_.read();
  if (!text) {
    return missing_is_unavailable(std::move(text).error());
  }
  if (Status status = parse_interrupts(*text, interrupts_); !status) {
    return status;
  }
  auto count = interrupts_.counts.begin();
  for (const InterruptSource& source : interrupts_.sources) {
    describe(source);
    for (const std::uint32_t cpu : interrupts_.cpus) {
      std::array<char, 16> number{};
      const auto [end, error] = std::to_chars(number.data(), number.data() + number.size(), cpu);
      labels_.assign("cpu=\"").append(number.data(), end).append("\",").append(source_labels_);
      out.add(0, out.add_labels(labels_), static_cast<double>(*count++));
    }
  }
  return Ok{};
}

// A number's first word is its controller, the rest the devices on it; a name has a sentence.
void InterruptsCollector::describe(const InterruptSource& source) {
  source_labels_.clear();
  std::string_view info = source.description;
  std::string_view devices;
  if (parse_u64(source.name)) {
    devices = source.description;
    info = take_word(devices);
  }
  join_words(devices, words_);
  append_label(source_labels_, "devices", words_);
  join_words(info, words_);
  append_label(source_labels_, "info", words_);
  append_label(source_labels_, "type", source.name);
}

}  // namespace supercargo
