/// The credentials file.

#include "config/credentials.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>

namespace troupe::config {
namespace {

constexpr const char* names[] = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "TROUPE_TOKEN_KEY"};

/// `length` characters of `alphabet`, drawn from the kernel's randomness.
std::string random_text(std::string_view alphabet, std::size_t length) {
  std::string text;
  while (text.size() < length) {
    std::array<unsigned char, 64> bytes{};
    const auto got = getrandom(bytes.data(), bytes.size(), 0);
    for (ssize_t i = 0; i < got && text.size() < length; ++i) {
      // Bytes beyond the largest multiple are dropped, so that none is favoured.
      const auto limit = 256 - 256 % alphabet.size();
      if (bytes[static_cast<std::size_t>(i)] < limit) {
        text.push_back(alphabet[bytes[static_cast<std::size_t>(i)] % alphabet.size()]);
      }
    }
  }
  return text;
}

std::string path_in(const std::string& directory) {
  return directory + "/credentials";
}

Credentials failed(const std::string& what) {
  Credentials credentials;
  credentials.problem = what + ": " + std::strerror(errno);
  return credentials;
}

Credentials make(const std::string& path) {
  constexpr std::string_view upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  constexpr std::string_view any = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  Credentials made{
      "AKIA" + random_text(upper, 16), random_text(any, 40), random_text("0123456789abcdef", 64), {}};
  const auto fresh = path + ".new";
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return failed("cannot write " + fresh);
  const std::string text = std::string{names[0]} + "=" + made.access_key + "\n" + names[1] + "=" +
                           made.secret_key + "\n" + names[2] + "=" + made.token_key + "\n";
  const bool written =
      ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
  ::close(fd);
  if (!written) return failed("cannot write " + fresh);
  if (::rename(fresh.c_str(), path.c_str()) != 0) return failed("cannot write " + path);
  return made;
}

}  // namespace

Credentials load_credentials(const std::string& data_directory) {
  const auto path = path_in(data_directory);
  std::ifstream file{path};
  if (!file) return failed("cannot read " + path);
  std::map<std::string, std::string> values;
  for (std::string line; std::getline(file, line);) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) values[line.substr(0, equals)] = line.substr(equals + 1);
  }
  for (const auto* name : names) {
    if (!values[name].empty()) continue;
    Credentials credentials;
    credentials.problem = path + " has no " + name;
    return credentials;
  }
  return {values[names[0]], values[names[1]], values[names[2]], {}};
}

Credentials load_or_make_credentials(const std::string& data_directory) {
  const auto path = path_in(data_directory);
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) return load_credentials(data_directory);
  if (errno != ENOENT) return failed("cannot read " + path);
  return make(path);
}

}  // namespace troupe::config
