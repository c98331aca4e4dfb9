#pragma once

/// The daemon: control plane, HTTP edge and, in `dev`, agents, put together in
/// one process. The only place that knows every layer.

#include "config/options.hpp"

#include <string>

namespace troupe::tools {

enum class Roles : std::uint8_t {
  server,           ///< Control plane only.
  server_and_node,  ///< And agents, in this process.
};

/// Runs until SIGTERM or SIGINT; containers run on afterwards. Prints one line,
/// `ready URL`, on standard output when it serves.
/// @return  The process's exit status; what went wrong is one line on standard error.
int run_daemon(const config::Options& options, Roles roles);

/// DIR/endpoint holds the URL of the server that last started there.
std::string endpoint_file(const std::string& data_directory);

}  // namespace troupe::tools
