// One chain of one output whose files the test opens and lists: the test is discovery, clock and
// receiver.
//
// A fixture; one thread (but for the journal's SyncThread).
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "collectors/logs/chain_reader.h"
#include "tests/collectors/logs/collecting_sender.h"
#include "tests/collectors/logs/gzip_file.h"
#include "tests/support/temp_tree.h"

namespace supercargo::test {

class OneChain : public testing::Test {
 protected:
  void SetUp() override { start("boot-1"); }

  void start(const std::string& boot_id) {
    if (journal_) {
      (void)journal_->flush();
    }
    files_.clear();
    reader_.reset();
    journal_.reset();
    journal_ = *Journal::open(tree_.path("journal"), sync_, {boot_id, std::uint64_t{16} << 10});
    account_ = std::make_shared<ContainerAccount>("out", *container_);
    reader_ =
        std::make_unique<ChainReader>(1, "chain", ChainOptions{}, account_, *journal_, inflaters_);
  }

  std::shared_ptr<LogFile> open(const std::string& name) {
    std::shared_ptr<LogFile>& file = files_[name];
    if (!file) {
      file = *open_log_file(*open_at(AT_FDCWD, tree_.path(name).c_str(), O_RDONLY),
                            format_,
                            container_,
                            /*from_end=*/false,
                            name.ends_with(".gz") ? LogEncoding::kGzip : LogEncoding::kPlain);
    }
    file->set_current(name.ends_with(".log"));
    return file;
  }

  // Discovery finds these, oldest first, and looks at their sizes.
  void list(const std::vector<std::string>& names, std::vector<std::uint64_t> closed = {}) {
    std::vector<std::shared_ptr<LogFile>> files;
    files.reserve(names.size());
    for (const std::string& name : names) {
      files.push_back(open(name));
    }
    list_files(std::move(files), std::move(closed));
  }

  void list_files(std::vector<std::shared_ptr<LogFile>> files,
                  std::vector<std::uint64_t> closed = {}) {
    for (const auto& file : files) {
      file->update_size();
    }
    reader_->update({"chain", std::move(files), std::move(closed), /*complete=*/true}, 0, now_);
    observe();
  }

  void observe(Milliseconds later = Milliseconds(0)) {
    now_ += later;
    reader_->observe(now_);
    (void)account();
  }

  // As it is now; its terms add up.
  const ContainerAccount& account() {
    reader_->post_account();
    EXPECT_EQ(account_->terms().difference(), 0);
    return *account_;
  }

  // Texts of one request of all that can be read.
  std::vector<std::string> send(RequestId request) {
    while (reader_->readable_bytes() > 0 && reader_->may_read(request, sender_.ordered()) &&
           reader_->read(request, 4'096, scratch_, sender_) > 0) {
    }
    sender_.send(request);
    std::vector<std::string> texts;
    for (const SentLine& line : sender_.take(request)) {
      texts.push_back(line.text);
    }
    return texts;
  }

  std::vector<std::string> deliver() {
    std::vector<std::string> texts = send(++request_);
    reader_->settle(request_);
    return texts;
  }

  void gzip(const std::string& name) {
    const std::string plain = tree_.read(name);
    tree_.file(name + ".gz", gzip_of(plain));
    tree_.remove(name);
    if (files_.contains(name)) {
      files_.at(name)->update_size();
    }
  }

  void rename(const std::string& from, const std::string& to) {
    std::filesystem::rename(tree_.path(from), tree_.path(to));
  }

  void truncate(const std::string& name) { std::filesystem::resize_file(tree_.path(name), 0); }

  LogFormat format_ = LogFormat::kCri;
  TempTree tree_;
  SyncThread sync_{std::chrono::hours(1), {}};
  std::shared_ptr<const ContainerInfo> container_ = std::make_shared<ContainerInfo>();
  std::shared_ptr<ContainerAccount> account_;
  std::unique_ptr<Journal> journal_;
  InflaterPool inflaters_;
  std::unique_ptr<ChainReader> reader_;
  std::map<std::string, std::shared_ptr<LogFile>> files_;
  CollectingSender sender_;
  ReadScratch scratch_;
  SteadyTime now_{std::chrono::seconds(1'000)};
  RequestId request_ = 0;
};

}  // namespace supercargo::test
