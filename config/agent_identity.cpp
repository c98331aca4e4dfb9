/// The identity file.

#include "config/agent_identity.hpp"

#include "config/value_file.hpp"

#include <array>

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
  const auto values = read_values(path, problem);
  if (values.empty() || !problem.empty()) return identity;
  for (const auto& member : members) {
    const auto value = values.find(member.name);
    if (value != values.end()) identity.*member.where = value->second;
    if ((identity.*member.where).empty()) problem = path + " has no " + member.name;
  }
  return identity;
}

std::string save_agent_identity(const std::string& data_directory, const AgentIdentity& identity) {
  Values values;
  for (const auto& member : members) values[member.name] = identity.*member.where;
  return write_values(identity_file(data_directory), values);
}

}  // namespace troupe::config
