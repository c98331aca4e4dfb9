#pragma once

/// How a host comes into a cluster, as it goes over the wire: Troupe's own operations
/// "Troupe.IssueJoinToken", which an administrator calls, and "Troupe.JoinCluster", which
/// the host calls unsigned, with the token. AWS has instance roles for this.

#include "actors/core/describe.hpp"
#include "actors/core/time.hpp"
#include "api/wire/codec/codec.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace troupe::api::wire {

struct IssueJoinTokenRequest {
  std::optional<std::string> cluster;             ///< A name; "default" when absent.
  std::optional<std::int32_t> lifetimeInSeconds;  ///< 60 to 2,592,000; an hour when absent.
  friend bool operator==(const IssueJoinTokenRequest&, const IssueJoinTokenRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(IssueJoinTokenRequest, (), (cluster, lifetimeInSeconds))

struct IssueJoinTokenResponse {
  std::optional<std::string> token;
  std::optional<core::Time> expiresAt;
  friend bool operator==(const IssueJoinTokenResponse&, const IssueJoinTokenResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(IssueJoinTokenResponse, (), (token, expiresAt))

struct JoinClusterRequest {
  std::optional<std::string> token;
  friend bool operator==(const JoinClusterRequest&, const JoinClusterRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(JoinClusterRequest, (), (token))

/// What the host signs with from then on.
struct JoinClusterResponse {
  std::optional<std::string> cluster;
  std::optional<std::string> region;
  std::optional<std::string> account;  ///< 12 digits; part of every ARN.
  std::optional<std::string> accessKeyId;
  std::optional<std::string> secretAccessKey;
  friend bool operator==(const JoinClusterResponse&, const JoinClusterResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(JoinClusterResponse, (), (cluster, region, account, accessKeyId, secretAccessKey))

template <>
const Shape& shape_of<IssueJoinTokenRequest>();
template <>
const Shape& shape_of<IssueJoinTokenResponse>();
template <>
const Shape& shape_of<JoinClusterRequest>();
template <>
const Shape& shape_of<JoinClusterResponse>();

}  // namespace troupe::api::wire
