#include "agent/pipeline/fact_memory.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string_view>
#include <utility>

#include <fcntl.h>

#include "agent/base/clock.h"
#include "agent/base/fd.h"
#include "agent/pipeline/fact_lines.h"

namespace supercargo {
namespace {

const FactHistory& nothing() {
  static const FactHistory kNothing{{FactVersion{}}, /*complete=*/true};
  return kNothing;
}

// What was known stays: an API server that cannot be reached now has told it before.
ContainerFacts merged(ContainerFacts told, const ContainerFacts& known) {
  const auto keep = [](std::string& text, const std::string& before) {
    if (text.empty()) {
      text = before;
    }
  };
  keep(told.container_id, known.container_id);
  keep(told.image, known.image);
  keep(told.workload_kind, known.workload_kind);
  keep(told.workload, known.workload);
  if (told.pod_labels.empty()) {
    told.pod_labels = known.pod_labels;
  }
  return told;
}

Status write_file(const std::string& path, std::string_view text, int flags) {
  constexpr mode_t kMode = 0600;
  const UniqueFd file(::open(path.c_str(), flags | O_WRONLY | O_CREAT | O_CLOEXEC, kMode));
  return file ? write_all(file.get(), text) : Status(errno_error(path, errno));
}

}  // namespace

const FactHistory& FactMemory::of(const Batch& batch) {
  const ContainerInfo& container = batch.container;
  last_ = nullptr;
  if (source_ == nullptr || container.pod_uid.empty() || !container.source.empty()) {
    return nothing();
  }
  open();
  const auto known = by_key_.find(batch.container_key);
  FactHistory* history = known == by_key_.end() ? nullptr : known->second;
  if (history == nullptr) {
    make_room();
    history = &by_name_[fact_name(container)];
    by_key_[batch.container_key] = history;
  }
  history->used = ++batches_;
  last_ = history;
  if (!history->complete) {
    ask(container, *history);
  }
  return *history;
}

void FactMemory::ask(const ContainerInfo& container, FactHistory& history) {
  FactSource::Answer answer = source_->find(container);
  std::vector<FactVersion>& versions = history.versions;
  history.complete = answer.complete || versions.size() >= FactHistory::kMaxVersions;
  if (versions.empty()) {
    versions.push_back({FactVersion::kAlways, std::move(answer.facts)});
    const bool tells = !history.complete || versions.back().facts != ContainerFacts{};
    if (tells || keep_ == Keep::kAll) {
      append_fact_line(unsaved_, fact_name(container), versions.back());
    }
    return;
  }
  ContainerFacts facts = merged(std::move(answer.facts), versions.back().facts);
  if (facts == versions.back().facts) {
    return;
  }
  versions.push_back({history.newest_ns + 1, std::move(facts)});
  append_fact_line(unsaved_, fact_name(container), versions.back());
}

void FactMemory::note(const Batch& batch) {
  if (last_ == nullptr || last_->complete) {
    return;
  }
  for (const Record& record : batch.records) {
    last_->newest_ns = std::max(last_->newest_ns, record.time_ns);
  }
  last_->newest_ns = std::min(last_->newest_ns, std::numeric_limits<std::int64_t>::max() - 1);
}

// The half that was used last stays.
void FactMemory::make_room() {
  if (by_name_.size() < kMaxContainers) {
    return;
  }
  std::vector<std::uint64_t> uses;
  for (const auto& [name, history] : by_name_) {
    uses.push_back(history.used);
  }
  const auto middle = uses.begin() + static_cast<std::ptrdiff_t>(uses.size() / 2);
  std::nth_element(uses.begin(), middle, uses.end());
  by_key_.clear();
  std::erase_if(by_name_, [&](const auto& entry) { return entry.second.used <= *middle; });
}

void FactMemory::open() {
  if (std::exchange(opened_, true) || file_.empty()) {
    return;
  }
  std::string text;
  if (read_file(file_.c_str(), text)) {
    load(text);
    make_room();
    write_all_anew();
  }
}

// A torn line ends here, and what was forgotten leaves the file.
void FactMemory::write_all_anew() {
  unsaved_.clear();
  for (const auto& [name, history] : by_name_) {
    for (const FactVersion& version : history.versions) {
      append_fact_line(unsaved_, name, version);
    }
  }
  write(unsaved_, /*anew=*/true);
  unsaved_.clear();
  appended_bytes_ = 0;
}

// Lines that were sent and not settled come again now; nobody knows how far they got, but they are
// older than this.
void FactMemory::load(std::string_view text) {
  const std::int64_t now_ns = unix_nanoseconds_now();
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::optional<FactLine> line = parse_fact_line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line) {
      continue;
    }
    FactHistory& history = by_name_[line->name];
    history.used = ++batches_;
    history.newest_ns = now_ns;
    std::vector<FactVersion>& versions = history.versions;
    if (!versions.empty() && versions.back().since_ns >= line->version.since_ns) {
      versions.back().facts = std::move(line->version.facts);
    } else if (versions.size() < FactHistory::kMaxVersions) {
      line->version.since_ns = versions.empty() ? FactVersion::kAlways : line->version.since_ns;
      versions.push_back(std::move(line->version));
    }
  }
}

void FactMemory::save() {
  if (unsaved_.empty() || file_.empty()) {
    unsaved_.clear();
    return;
  }
  appended_bytes_ += unsaved_.size();
  if (appended_bytes_ > kMaxAppendedBytes) {
    write_all_anew();
    return;
  }
  write(unsaved_, /*anew=*/false);
  unsaved_.clear();
}

void FactMemory::write(const std::string& lines, bool anew) {
  const std::string path = anew ? file_ + ".new" : file_;
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(file_).parent_path(), ignored);
  Status written = write_file(path, lines, anew ? O_TRUNC : O_APPEND);
  if (written && anew && std::rename(path.c_str(), file_.c_str()) != 0) {
    written = errno_error("rename " + path, errno);
  }
  if (std::uint64_t suppressed = 0; !written && log_->allow(steady_now(), suppressed)) {
    log_warn("What containers' lines carry cannot be saved: repeats after a kill may differ.",
             {{"error", written.error().message}, {"suppressed", suppressed}});
  }
}

}  // namespace supercargo
