#include "agent/app/start_pages.h"

#include <cstdint>

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace supercargo {
namespace {

// Only whole pages that hold nothing of another segment: what is written once, as the tables of
// relocations, is in a segment that counts as writable.
std::size_t release(const dl_phdr_info& object, const ElfW(Phdr) & segment) {
  if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) {
    return 0;
  }
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const std::uintptr_t begin = (object.dlpi_addr + segment.p_vaddr) & ~(page - 1);
  const std::uintptr_t end = (object.dlpi_addr + segment.p_vaddr + segment.p_filesz) & ~(page - 1);
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader tells addresses as numbers
  if (end <= begin || ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED) != 0) {
    return 0;
  }
  return end - begin;
}

int release_object(dl_phdr_info* object, std::size_t /*size*/, void* released) {
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    *static_cast<std::size_t*>(released) += release(*object, object->dlpi_phdr[i]);
  }
  return 0;
}

}  // namespace

std::size_t release_start_pages() {
  std::size_t released = 0;
  (void)::dl_iterate_phdr(release_object, &released);
  return released;
}

}  // namespace supercargo
