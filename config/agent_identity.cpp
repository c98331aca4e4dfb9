/// The identity file: a name, "=", and its value on each line.

#include "config/agent_identity.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace troupe::config {
namespace {

struct Member {
  const char* name;
  std::string AgentIdentity::*where;
};

constexpr std::array<Member, 6> members{{{"TROUPE_SERVER", &AgentIdentity::server},
                                         {"ECS_CLUSTER", &AgentIdentity::cluster},
                                         {"AWS_DEFAULT_REGION", &AgentIdentity::region},
                                         {"TROUPE_ACCOUNT", &AgentIdentity::account},
                                         {"AWS_ACCESS_KEY_ID", &AgentIdentity::access_key},
                                         {"AWS_SECRET_ACCESS_KEY", &AgentIdentity::secret_key}}};

std::string identity_file(const std::string& data_directory) {
  return data_directory + "/identity";
}

}  // namespace

AgentIdentity load_agent_identity(const std::string& data_directory, std::string& problem) {
  AgentIdentity identity;
  const auto path = identity_file(data_directory);
  std::ifstream file{path};
  if (!file) {
    if (errno != ENOENT) problem = "cannot read " + path + ": " + std::strerror(errno);
    return identity;
  }
  for (std::string line; std::getline(file, line);) {
    const auto equals = line.find('=');
    for (const auto& member : members) {
      if (line.substr(0, equals) == member.name) identity.*member.where = line.substr(equals + 1);
    }
  }
  for (const auto& member : members) {
    if ((identity.*member.where).empty()) problem = path + " has no " + member.name;
  }
  return identity;
}

std::string save_agent_identity(const std::string& data_directory, const AgentIdentity& identity) {
  std::string text;
  for (const auto& member : members) {
    text += std::string{member.name} + "=" + identity.*member.where + "\n";
  }
  const auto path = identity_file(data_directory);
  const auto fresh = path + ".new";
  ::unlink(fresh.c_str());
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return "cannot write " + fresh + ": " + std::strerror(errno);
  const bool written =
      ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (!written || std::rename(fresh.c_str(), path.c_str()) != 0) {
    return "cannot write " + path + ": " + std::strerror(errno);
  }
  return {};
}

}  // namespace troupe::config
