#pragma once

/// The two operations by which hosts come into a cluster. They ask no actor: a token and a
/// key are made from the server's own secret, and nothing is remembered of them.

#include "actors/core/ids.hpp"
#include "api/http/message.hpp"
#include "api/operations/issued_keys.hpp"

#include <chrono>
#include <string_view>

namespace troupe::api::operations {

inline constexpr std::string_view issue_join_token = "IssueJoinToken";
inline constexpr std::string_view join_cluster = "JoinCluster";

/// An administrator asks: a token that admits hosts to a cluster.
http::Response answer_issue_join_token(const KeyIssuer& keys, http::Time now, std::string_view body);

/// A host asks, without a signature: the token for a key of its own.
http::Response answer_join_cluster(const KeyIssuer& keys, const core::Realm& realm, http::Time now,
                                   std::string_view body);

}  // namespace troupe::api::operations
