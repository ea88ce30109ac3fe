#include "agent/base/host_glob.h"

#include <cerrno>

#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>

namespace supercargo {
namespace {

// What glob(3) calls gets no argument of ours.
struct Call {
  HostPaths host;
  int error = 0;
};

Call& this_call() {
  thread_local Call call;
  return call;
}

int note_error(const char* /*path*/, int error_number) {
  if (error_number != ENOTDIR && error_number != ENOENT) {
    this_call().error = error_number;
  }
  return 0;  // glob goes on with the other directories
}

void* open_directory(const char* path) {
  Result<UniqueFd> fd = this_call().host.open_in_root(path, O_RDONLY | O_DIRECTORY);
  DIR* const directory = fd ? ::fdopendir(fd->get()) : nullptr;
  if (directory != nullptr) {
    (void)fd->release();
  }
  return directory;  // null: errno says why
}

struct dirent* read_directory(void* directory) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody else has this directory
  return ::readdir(static_cast<DIR*>(directory));
}

void close_directory(void* directory) {
  (void)::closedir(static_cast<DIR*>(directory));
}

int look(const char* path, struct stat* status, int flags) {
  const Result<UniqueFd> fd = this_call().host.open_in_root(path, O_PATH | flags);
  return fd ? ::fstat(fd->get(), status) : -1;
}

int look_through_links(const char* path, struct stat* status) {
  return look(path, status, 0);
}

int look_at_link(const char* path, struct stat* status) {
  return look(path, status, O_NOFOLLOW);
}

void find_below_root(glob_t& found) {
  found.gl_opendir = open_directory;
  found.gl_readdir = read_directory;
  found.gl_closedir = close_directory;
  found.gl_stat = look_through_links;
  found.gl_lstat = look_at_link;
}

}  // namespace

HostGlob glob_in_root(const HostPaths& host, const std::string& pattern) {
  this_call() = {host, 0};
  glob_t found{};
  find_below_root(found);
  const int flags = GLOB_NOSORT | (host.root == "/" ? 0 : GLOB_ALTDIRFUNC);
  HostGlob out;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): what is unsafe in it is the expansion of ~
  if (::glob(pattern.c_str(), flags, note_error, &found) == 0) {
    out.paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
  out.error = this_call().error;
  return out;
}

}  // namespace supercargo
