#include "tests/support/temp_tree.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace supercargo::test {

namespace fs = std::filesystem;

namespace {

void write(const fs::path& path, std::string_view content, std::ios::openmode mode) {
  fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary | mode);
  out << content << std::flush;
  if (!out) {
    throw std::runtime_error("cannot write " + path.string());
  }
}

}  // namespace

TempTree::TempTree() {
  std::string name = (fs::temp_directory_path() / "supercargo-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("cannot make " + name);
  }
  root_ = name;
}

TempTree::~TempTree() {
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

void TempTree::directory(std::string_view relative) {
  fs::create_directories(root_ / relative);
}

void TempTree::file(std::string_view relative, std::string_view content) {
  write(root_ / relative, content, std::ios::trunc);
}

void TempTree::append(std::string_view relative, std::string_view content) {
  write(root_ / relative, content, std::ios::app);
}

void TempTree::link(std::string_view relative, std::string_view target) {
  fs::create_directories((root_ / relative).parent_path());
  fs::create_symlink(target, root_ / relative);
}

void TempTree::remove(std::string_view relative) {
  fs::remove_all(root_ / relative);
}

std::string TempTree::read(std::string_view relative) const {
  std::ifstream in(root_ / relative, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace supercargo::test
