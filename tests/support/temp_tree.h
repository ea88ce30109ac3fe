// A directory tree made in a test and removed with it.
//
// One test owns one; one thread. Paths are relative to root().
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace supercargo::test {

class TempTree {
 public:
  TempTree();
  ~TempTree();
  TempTree(const TempTree&) = delete;
  TempTree& operator=(const TempTree&) = delete;

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }

  [[nodiscard]] std::string path(std::string_view relative) const {
    return (root_ / relative).string();
  }

  // Each makes the directories above, and throws when it cannot do what it says.
  void directory(std::string_view relative);
  void file(std::string_view relative, std::string_view content);
  void append(std::string_view relative, std::string_view content);
  void link(std::string_view relative, std::string_view target);
  void remove(std::string_view relative);
  [[nodiscard]] std::string read(std::string_view relative) const;

 private:
  std::filesystem::path root_;
};

}  // namespace supercargo::test
