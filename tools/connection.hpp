#pragma once

/// How the command line finds its server: from AWS's environment variables where
/// they are set, else from the data directory of a server on this machine.

#include "api/http/client.hpp"
#include "api/http/sigv4.hpp"

#include <string>

namespace troupe::tools {

struct Connection {
  std::string url;
  api::http::Endpoint endpoint;
  api::http::SigningIdentity signer;
  std::string problem;  ///< Not empty: no server could be found.
};

/// @param data_directory  As given to `--data`.
Connection find_server(const std::string& data_directory);

/// One signed operation by its X-Amz-Target; the JSON that came back, or what went wrong.
struct Called {
  std::string body;
  std::string problem;
};
Called call(const Connection& server, const std::string& target, const std::string& body);
Called call_unsigned(const Connection& server, const std::string& target, const std::string& body);

/// A host's own key in a cluster.
struct Joined {
  std::string cluster;
  std::string region;
  std::string account;
  std::string access_key;
  std::string secret_key;
  std::string problem;  ///< Not empty: the host was not let in.
};

/// A token with which hosts join the cluster, as the answer's body.
Called issue_join_token(const Connection& server, const std::string& cluster, int lifetime_seconds);

/// Shows the server at "http://HOST:PORT" a token of `troupe join-token`.
Joined join_cluster(const std::string& server_url, const std::string& token);

}  // namespace troupe::tools
