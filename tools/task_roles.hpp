#pragma once

/// Puts the issuer of tasks' credentials beside those who hand them out: the gateway for agents
/// elsewhere, the metadata endpoint for the host of this process.

#include "actors/node/node_options.hpp"
#include "api/agent_gateway/task_credentials.hpp"
#include "api/metadata/credentials_book.hpp"
#include "api/operations/access.hpp"

#include <chrono>
#include <memory>

namespace troupe::tools {

/// Credentials that live for `lifetime`, made of the server's own key.
api::agent_gateway::IssueCredentials credentials_issuer(std::shared_ptr<const api::operations::Access> access,
                                                        core::Realm realm, std::chrono::seconds lifetime);

/// Tasks of this node find theirs in `book`, for as long as they are here.
void offer_credentials(node::NodeOptions& node, api::agent_gateway::IssueCredentials issue,
                       std::shared_ptr<api::metadata::CredentialsBook> book);

}  // namespace troupe::tools
