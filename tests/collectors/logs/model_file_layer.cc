#include "tests/collectors/logs/model_file_layer.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace supercargo::test {
namespace {

Status status_of(const std::optional<Fault>& fault) {
  return fault ? Status(journal::disk_error("model disk", fault->error)) : Status(Ok{});
}

class ModelFile : public journal::File {
 public:
  ModelFile(ModelFileLayer& layer, DiskModel::FileId id) : layer_(layer), id_(id) {}

  Result<std::size_t> read_at(std::span<char> out, std::uint64_t offset) override {
    if (const auto fault = layer_.ask({CallKind::kRead, id_})) {
      return journal::disk_error("read", fault->error);
    }
    const std::string& contents = layer_.disk.contents(id_);
    const std::size_t begin = std::min<std::size_t>(offset, contents.size());
    return contents.copy(out.data(), out.size(), begin);
  }

  Result<std::size_t> write_at(std::string_view data, std::uint64_t offset) override {
    const auto fault = layer_.ask({CallKind::kWrite, id_, data, offset});
    const std::size_t wanted = fault ? std::min(fault->written, data.size()) : data.size();
    const std::size_t written = layer_.disk.write(id_, data.substr(0, wanted), offset);
    const bool is_full = written == 0 && wanted > 0;
    if (is_full || (fault && fault->error != 0)) {
      ++layer_.failed_writes;
      return journal::disk_error("write", is_full ? ENOSPC : fault->error);
    }
    return written;
  }

  Status allocate(std::uint64_t bytes) override {
    const auto fault = layer_.ask({CallKind::kAllocate, id_});
    if (!fault && !layer_.disk.allocate(id_, bytes)) {
      return journal::disk_error("allocate", ENOSPC);
    }
    return status_of(fault);
  }

  Status sync() override {
    const auto fault = layer_.ask({CallKind::kSync, id_});
    if (!fault) {
      layer_.disk.sync(id_);
    } else if (layer_.alive) {
      ++layer_.failed_syncs;
      layer_.disk.fail_sync(id_, layer_.failed_pages, layer_.random);
    }
    return status_of(fault);
  }

  std::int64_t written_ns() override { return 0; }

 private:
  ModelFileLayer& layer_;
  const DiskModel::FileId id_;
};

}  // namespace

std::optional<Fault> ModelFileLayer::ask(const DiskCall& call) const {
  if (!alive) {
    return Fault{EIO};
  }
  return before_call ? before_call(call) : std::nullopt;
}

Result<std::unique_ptr<journal::File>> ModelFileLayer::open_to_read(const std::string& path) {
  if (const auto fault = ask({CallKind::kOpen})) {
    return journal::disk_error("open " + path, fault->error);
  }
  const std::optional<DiskModel::FileId> file = disk.find(path);
  if (!file) {
    return journal::disk_error("open " + path, ENOENT);
  }
  return std::unique_ptr<journal::File>(std::make_unique<ModelFile>(*this, *file));
}

Result<std::unique_ptr<journal::File>> ModelFileLayer::open_to_write(const std::string& path) {
  if (const auto fault = ask({CallKind::kOpen})) {
    return journal::disk_error("open " + path, fault->error);
  }
  const std::optional<DiskModel::FileId> file = disk.find(path);
  return std::unique_ptr<journal::File>(
      std::make_unique<ModelFile>(*this, file ? *file : disk.create(path)));
}

Status ModelFileLayer::rename(const std::string& from, const std::string& to) {
  const auto fault = ask({CallKind::kRename});
  if (!fault) {
    disk.rename(from, to);
  }
  return status_of(fault);
}

Status ModelFileLayer::make_directory(const std::string& /*path*/) {
  return status_of(ask({CallKind::kMakeDirectory}));
}

Status ModelFileLayer::sync_directory(const std::string& /*path*/) {
  const auto fault = ask({CallKind::kSyncDirectory});
  if (!fault) {
    disk.sync_names();
  }
  return status_of(fault);
}

}  // namespace supercargo::test
