// Any text is a container's configuration or changes nothing that matters.

#include "collectors/logs/docker_config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  supercargo::ContainerInfo container;
  supercargo::read_docker_config({reinterpret_cast<const char*>(data), size}, container);
  return 0;
}
