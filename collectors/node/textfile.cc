#include "collectors/node/textfile.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>

#include "agent/base/directory.h"
#include "agent/base/fd.h"
#include "agent/base/host_glob.h"
#include "agent/base/utf8.h"

namespace supercargo {
namespace {

enum Family : std::size_t { kMtime, kError };

constexpr std::array<std::string_view, 1> kLabels{"file"};
constexpr std::array<MetricDesc, 2> kFamilies{{
    {"node_textfile_mtime_seconds",
     "Unixtime mtime of textfiles successfully read.",
     MetricKind::kGauge,
     kLabels},
    {"node_textfile_scrape_error",
     "1 if there was an error opening or reading a file, 0 otherwise",
     MetricKind::kGauge},
}};

}  // namespace

std::span<const MetricDesc> TextfileCollector::families() const noexcept {
  return kFamilies;
}

Status TextfileCollector::collect(SampleSet& out) {
  files_.clear();
  help_.clear();
  given_.clear();
  failed_ = false;
  for (const std::string& directory : directories()) {
    read_directory(directory);
  }
  for (const File& file : files_) {
    for (const TextFamily& family : file.families) {
      std::string& help = help_[family.name];
      help.append(help.empty() ? "Metric read from " : ", ");
      append_valid_utf8(help, file.path);
    }
  }
  for (const File& file : files_) {
    add_samples(file, out);
    out.add(kMtime, out.add_labels({{"file", file.path}}), file.mtime_seconds);
  }
  out.add(kError, SampleSet::kNoLabels, failed_ ? 1 : 0);
  return Ok{};
}

// As paths of the host. A text that matches nothing is a directory, which then fails to open.
std::vector<std::string> TextfileCollector::directories() const {
  if (directory_.find_first_of("*?[") == std::string::npos) {
    return directory_.empty() ? std::vector<std::string>() : std::vector<std::string>{directory_};
  }
  std::vector<std::string> out = glob_in_root(host_, directory_).paths;
  std::sort(out.begin(), out.end());
  return out.empty() ? std::vector<std::string>{directory_} : out;
}

void TextfileCollector::read_directory(const std::string& directory) {
  Result<UniqueFd> fd = host_.open_in_root(directory, O_RDONLY | O_DIRECTORY);
  if (!fd) {
    return report(directory, fd.error());
  }
  std::vector<std::string> paths;
  DirectoryReader reader;
  Status listed = reader.read(fd->get(), [&](std::string_view name, DirectoryReader::Type) {
    if (name.ends_with(".prom")) {
      paths.push_back(directory + (directory.ends_with('/') ? "" : "/") + std::string(name));
    }
  });
  if (!listed) {
    return report(directory, listed.error());
  }
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    Result<File> file = read_file_of_host(path);
    if (file) {
      files_.push_back(*std::move(file));
    } else {
      report(path, file.error());
    }
  }
}

// O_NONBLOCK: a script may have made a FIFO of that name, and nobody may write to it.
Result<TextfileCollector::File> TextfileCollector::read_file_of_host(const std::string& path) {
  Result<UniqueFd> fd = host_.open_in_root(path, O_RDONLY | O_NONBLOCK);
  if (!fd) {
    return std::move(fd).error();
  }

  struct stat info {};

  if (::fstat(fd->get(), &info) != 0) {
    return errno_error("stat", errno);
  }
  if (!S_ISREG(info.st_mode)) {
    return Error{ErrorCode::kParse, "not a regular file"};
  }
  if (Status status = read_all(fd->get(), text_); !status) {
    return std::move(status).error();
  }
  Result<std::vector<TextFamily>> families = parse_text_metrics(text_);
  if (!families) {
    return std::move(families).error();
  }
  return File{path, static_cast<double>(info.st_mtim.tv_sec), *std::move(families)};
}

void TextfileCollector::add_samples(const File& file, SampleSet& out) {
  for (const TextFamily& family : file.families) {
    const std::size_t number =
        out.add_family(family.name, family.help.value_or(help_[family.name]), family.kind);
    if (out.late_families()[number - out.families().size()].kind != family.kind) {
      report(file.path, {ErrorCode::kParse, family.name + " has another type in another file"});
      continue;
    }
    for (const TextSample& sample : family.samples) {
      if (given_.insert(family.name + " " + sample.labels).second) {
        out.add(number, out.add_labels(sample.labels), sample.value);
      } else {
        report(file.path, {ErrorCode::kParse, family.name + " has this sample twice"});
      }
    }
  }
}

void TextfileCollector::report(const std::string& path, const Error& error) {
  failed_ = true;
  std::uint64_t left_out = 0;
  if (limiter_.allow(steady_now(), left_out)) {
    log_warn("Text file with metrics is left out or incomplete.",
             {{"path", path}, {"error", error.message}, {"left_out", left_out}});
  }
}

}  // namespace supercargo
