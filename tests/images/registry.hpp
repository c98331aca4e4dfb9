#pragma once

/// Debian's docker-registry on a free port of the loopback interface, for as
/// long as this object lives. What it logs is read, because a test wants to
/// know what was asked of it.

#include <sys/types.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace troupe::testing {

/// Who may pull and push; nobody named: everybody.
struct RegistryLogin {
  std::string username{};
  std::string password{};
};

class Registry {
 public:
  /// Keeps its files in `directory`. With a user name it wants a login.
  explicit Registry(const std::string& directory, const RegistryLogin& login = {});
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;
  ~Registry();

  /// "127.0.0.1:PORT"
  [[nodiscard]] const std::string& address() const { return address_; }
  /// "127.0.0.1:PORT/NAME"
  [[nodiscard]] std::string name(const std::string& name) const { return address_ + "/" + name; }
  [[nodiscard]] std::string directory() const { return directory_; }

  /// Copies an image there; further arguments are skopeo's.
  void push(const std::string& source, const std::string& target,
            const std::vector<std::string>& flags = {}) const;

  /// How many GET requests for paths with this text were answered so far.
  std::size_t gets_of(const std::string& path_part);

 private:
  void start(const std::string& config);
  void read_log();

  std::string directory_;
  RegistryLogin login_;
  std::string address_;
  pid_t pid_ = -1;
  int log_fd_ = -1;
  std::thread reader_;
  std::mutex mutex_;
  std::condition_variable grew_;
  std::string log_;
};

}  // namespace troupe::testing
