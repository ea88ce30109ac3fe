#include "agent/http/password_check.h"

#include <optional>
#include <system_error>
#include <utility>

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <pthread.h>

#include "agent/http/basic_credentials.h"

namespace supercargo {
namespace {

constexpr std::size_t kMostWaiting = 8;
constexpr std::size_t kMostKnown = 100;

bool bcrypt_matches(const std::string& password, const std::string& hash) {
  const auto scratch = std::make_unique<crypt_data>();
  const char* const made = ::crypt_r(password.c_str(), hash.c_str(), scratch.get());
  return made != nullptr && std::string_view(made).size() == hash.size() &&
         ::CRYPTO_memcmp(made, hash.data(), hash.size()) == 0;
}

}  // namespace

PasswordCheck::PasswordCheck() {
  ::RAND_bytes(reinterpret_cast<unsigned char*>(salt_.data()), static_cast<int>(salt_.size()));
}

PasswordCheck::~PasswordCheck() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) {
    thread_.join();
  }
}

std::string PasswordCheck::digest_of(const std::string& user,
                                     const std::string& hash,
                                     const std::string& password) const {
  std::string text(salt_.data(), salt_.size());
  text.append(user).append(1, '\0').append(hash).append(1, '\0').append(password);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const int made =
      ::EVP_Digest(text.data(), text.size(), digest.data(), &size, ::EVP_sha256(), nullptr);
  return made == 1 ? std::string(digest.begin(), digest.begin() + size) : std::string();
}

PasswordCheck::Answer PasswordCheck::check(const std::shared_ptr<const Users>& users,
                                           std::string_view authorization,
                                           Done done) {
  std::optional<BasicCredentials> given = parse_basic_credentials(authorization);
  if (!given || users->empty()) {
    return Answer::kWrong;
  }
  // A name that nobody has takes as long as a wrong password, so that names cannot be guessed.
  const auto user = users->find(given->user);
  const bool known = user != users->end();
  const std::string& hash = known ? user->second : users->begin()->second;
  std::string digest = known ? digest_of(given->user, hash, given->password) : std::string();
  const std::lock_guard lock(mutex_);
  if (!digest.empty() && right_.contains(digest)) {
    return Answer::kRight;
  }
  if (jobs_.size() >= kMostWaiting) {
    return Answer::kBusy;
  }
  if (!thread_.joinable()) {
    try {
      thread_ = std::thread([this] { work(); });
    } catch (const std::system_error&) {
      return Answer::kBusy;
    }
  }
  jobs_.push_back({std::move(given->password), hash, std::move(digest), std::move(done)});
  wake_.notify_one();
  return Answer::kLater;
}

void PasswordCheck::work() {
  pthread_setname_np(pthread_self(), "passwords");
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stop_ || !jobs_.empty(); });
    if (stop_) {
      return;
    }
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    const bool right = bcrypt_matches(job.password, job.hash) && !job.digest.empty();
    lock.lock();
    if (right) {
      if (right_.size() >= kMostKnown) {
        right_.clear();
      }
      right_.insert(job.digest);
    }
    lock.unlock();
    job.done(right);
    lock.lock();
  }
}

}  // namespace supercargo
