// The program kube_api_stand_in DIRECTORY: KubeApiStandIn with TLS for end-to-end tests.
//
// Writes ca.crt and token into the directory, as a pod's service account has them, and prints the
// ports of the API and of a server without TLS by which the test acts as the cluster:
//   POST /pods (a pod), POST /remove?namespace=N&name=P, POST /bookmark, /forget, /expire, /end,
//   /cut, POST /token (the one that is valid from now), POST /deny?denied=1 or 0,
//   GET /requests, GET /violations

#include <csignal>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>

#include "tests/support/kube_api_stand_in.h"
#include "tests/support/test_certificates.h"

namespace {

using supercargo::test::HttpStandIn;
using supercargo::test::KubeApiOptions;
using supercargo::test::KubeApiStandIn;
using supercargo::test::StandInRequest;
using supercargo::test::StandInResponse;
using supercargo::test::TestAuthority;

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
}

std::string lines(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& line : all) {
    text.append(line).append("\n");
  }
  return text;
}

KubeApiOptions make_options(const std::string& directory) {
  const TestAuthority authority;
  const TestAuthority::Pem pem = authority.issue("kube-apiserver", "IP:127.0.0.1");
  write_file(directory + "/ca.crt", authority.certificate());
  write_file(directory + "/server.crt", pem.certificate);
  write_file(directory + "/server.key", pem.key);
  write_file(directory + "/token", "first-token");
  KubeApiOptions options;
  options.tls.certificate_file = directory + "/server.crt";
  options.tls.key_file = directory + "/server.key";
  options.token = "first-token";
  return options;
}

StandInResponse control(KubeApiStandIn& api, const StandInRequest& request) {
  const std::map<std::string, std::function<void()>> actions{
      {"/pods", [&] { api.put(request.body); }},
      {"/remove", [&] { api.remove(request.parameter("namespace"), request.parameter("name")); }},
      {"/bookmark", [&] { api.bookmark(); }},
      {"/forget", [&] { api.forget_history(); }},
      {"/expire", [&] { api.expire_watches(); }},
      {"/end", [&] { api.end_watches(); }},
      {"/cut", [&] { api.cut_in_next_event(); }},
      {"/token", [&] { api.expect_token(request.body); }},
      {"/deny", [&] { api.deny(request.parameter("denied") == "1"); }},
  };
  StandInResponse response;
  if (request.path == "/requests") {
    response.body = lines(api.requests());
  } else if (request.path == "/violations") {
    response.body = lines(api.violations());
  } else if (const auto action = actions.find(request.path); action != actions.end()) {
    action->second();
  } else {
    response.status = 404;
  }
  return response;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    (void)std::fputs("usage: kube_api_stand_in DIRECTORY\n", stderr);
    return 2;
  }
  // Blocked before the first thread starts, so that only sigwait() below gets them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  KubeApiStandIn api(make_options(argv[1]));
  HttpStandIn controls({}, [&api](const StandInRequest& request) { return control(api, request); });
  std::printf("%u %u\n", unsigned{api.port()}, unsigned{controls.port()});
  std::fflush(stdout);
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}
