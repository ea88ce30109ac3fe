#include <cstdio>
#include <cstdlib>
#include <variant>

#include "agent/app/commands.h"
#include "agent/app/options.h"
#include "agent/base/outliving_thread.h"

// libcurl brings GnuTLS along, for protocols that are never used here; TLS is OpenSSL's. Asked for
// by the name that gnutls.h documents (GNUTLS_SKIP_GLOBAL_INIT), it does not prepare itself when
// the program is loaded: 0.6 MiB of pages that nobody needs.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" __attribute__((visibility("default"))) int _gnutls_global_init_skip() {
  return 1;
}

int main(int argc, char** argv) {
  const auto options = supercargo::parse_options(argc, argv);
  if (const int* exit_code = std::get_if<int>(&options)) {
    return *exit_code;
  }
  const int exit_code = supercargo::run_command(std::get<supercargo::Options>(options));
  if (supercargo::OutlivingThread::any()) {
    (void)std::fflush(nullptr);
    std::_Exit(exit_code);
  }
  return exit_code;
}
