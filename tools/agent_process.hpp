#pragma once

/// The agent of one host whose control plane is elsewhere: the same actors as in `troupe dev`,
/// with remote ones in place of the registry and the instance.

#include "config/agent_identity.hpp"
#include "config/options.hpp"

#include <string>

namespace troupe::tools {

/// Runs until SIGTERM or SIGINT; containers run on afterwards. Prints one line, `ready ARN`, on
/// standard output when the server gives it work for the first time; until then it tries again
/// and again.
/// @param server   "http://host:port".
/// @return  The process's exit status; what went wrong is one line on standard error.
int run_agent(const config::Options& options, const std::string& server,
              const config::AgentIdentity& identity);

}  // namespace troupe::tools
