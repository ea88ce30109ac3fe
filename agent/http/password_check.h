// Whether the Authorization header of a request has the password of a user: bcrypt, on a thread of
// its own, since one check takes as long as a hundred scrapes are meant to.
//
// Owned by WebAccess; check() is called on the main thread and never blocks. A password that was
// right once is known again at once. The thread is started by the first check that needs it; more
// than a few waiting checks are refused, so that guessing passwords costs little CPU and no memory.
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <thread>

namespace supercargo {

class PasswordCheck {
 public:
  using Users = std::map<std::string, std::string>;  // name and bcrypt hash
  using Done = std::function<void(bool right)>;

  enum class Answer { kRight, kWrong, kLater, kBusy };

  PasswordCheck();
  ~PasswordCheck();
  PasswordCheck(const PasswordCheck&) = delete;
  PasswordCheck& operator=(const PasswordCheck&) = delete;

  // kLater: `done` will be called on the other thread, unless this object is destroyed before.
  [[nodiscard]] Answer check(const std::shared_ptr<const Users>& users,
                             std::string_view authorization,
                             Done done);

 private:
  struct Job {
    std::string password;
    std::string hash;
    std::string digest;  // of user, hash and password; empty: there is no such user
    Done done;
  };

  void work();
  [[nodiscard]] std::string digest_of(const std::string& user,
                                      const std::string& hash,
                                      const std::string& password) const;

  std::array<char, 32> salt_{};  // known to nobody, so that a digest tells nothing
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  std::set<std::string> right_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace supercargo
