// Fits transfers out for their requests: address, headers, secrets, certificates.
//
// Owned by HttpClient, on its output's thread. Secrets and certificates are files that may be
// replaced while the agent runs: each new connection has those of its moment, a secret is read
// again when it was refused or is old.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "agent/base/result.h"
#include "exporters/transport/curl_transfer.h"
#include "exporters/transport/http_types.h"
#include "exporters/transport/secret_reader.h"

namespace supercargo {

class TransferSetup {
 public:
  explicit TransferSetup(const HttpClientOptions& options);

  struct Problem {
    HttpResult::Failure failure;
    std::string error;
  };

  // Takes the body. With a problem nothing can be sent, and the body is the request's still.
  [[nodiscard]] std::optional<Problem> prepare(Transfer& transfer, HttpPost& request);

  // What the answers say of the files.
  void note(const HttpResult& result);

 private:
  Status set_authentication(void* easy);
  Status set_target(Transfer& transfer, const std::string& url);
  void set_request(Transfer& transfer, const HttpPost& request);

  const AuthConfig auth_;
  const std::string server_name_;
  SecretReader password_;
  SecretReader token_;
  bool distrusts_ca_ = false;  // the last connection failed for its certificates
};

}  // namespace supercargo
