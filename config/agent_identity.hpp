#pragma once

/// Whom the agent of this host is: the key that its server issued, and what it belongs to. Made
/// once with a join token, kept in the data directory, readable by its owner only.

#include <string>

namespace troupe::config {

struct AgentIdentity {
  std::string server;  ///< "http://host:port"; what was joined, not necessarily where it is now.
  std::string cluster;
  std::string region;
  std::string account;
  std::string access_key;
  std::string secret_key;
};

/// Reads DIR/identity. Without a problem and with an empty `access_key`: there is none yet.
/// @param problem  Set when the file is there and cannot be read or lacks a member.
AgentIdentity load_agent_identity(const std::string& data_directory, std::string& problem);

/// Durable when it returns, with mode 0600. @return what went wrong, or nothing.
std::string save_agent_identity(const std::string& data_directory, const AgentIdentity& identity);

}  // namespace troupe::config
