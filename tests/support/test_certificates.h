// A certificate authority and certificates signed by it, made in a test with OpenSSL's library.
//
// One thread. Keys are P-256 and live for a day.
#pragma once

#include <memory>
#include <string>

namespace supercargo::test {

class TestAuthority {
 public:
  TestAuthority();
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;
  ~TestAuthority();

  struct Pem {
    std::string certificate;
    std::string key;
  };

  // The authority's own certificate, as a client's CA file has it.
  [[nodiscard]] std::string certificate() const;

  // `alternative_names` as openssl.cnf writes them: "DNS:loki.test,IP:127.0.0.1".
  [[nodiscard]] Pem issue(const std::string& common_name,
                          const std::string& alternative_names) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace supercargo::test
