/// Tokens for hosts, and keys for tokens.

#include "api/operations/joining.hpp"

#include "api/operations/checks.hpp"
#include "api/operations/front.hpp"
#include "api/wire/joining.hpp"

namespace troupe::api::operations {
namespace {

using namespace std::chrono_literals;

constexpr std::int32_t shortest = 60;
constexpr std::int32_t longest = 30 * 24 * 3600;
constexpr std::int32_t usual = 3600;

http::Response message(std::string body) {
  http::Response out;
  out.body = std::move(body);
  return out;
}

}  // namespace

http::Response answer_issue_join_token(const KeyIssuer& keys, http::Time now, std::string_view body) {
  const auto in = wire::decode<wire::IssueJoinTokenRequest>(body);
  if (!in) return refusal_response(in.error());
  const auto cluster = in->cluster.value_or("default");
  if (const auto refusal = check_cluster_name(cluster)) return refusal_response(*refusal);
  const auto seconds = in->lifetimeInSeconds.value_or(usual);
  if (seconds < shortest || seconds > longest) {
    return refusal_response(core::invalid_parameter("lifetimeInSeconds must be between " +
                                                    std::to_string(shortest) + " and " +
                                                    std::to_string(longest) + "."));
  }
  const std::chrono::seconds lifetime{seconds};
  return message(wire::encode(
      wire::IssueJoinTokenResponse{keys.join_token(cluster, now, lifetime), core::Time{now + lifetime}}));
}

http::Response answer_join_cluster(const KeyIssuer& keys, const core::Realm& realm, http::Time now,
                                   std::string_view body) {
  const auto in = wire::decode<wire::JoinClusterRequest>(body);
  if (!in) return refusal_response(in.error());
  auto cluster = keys.cluster_of(in->token.value_or(""), now);
  if (!cluster) return http::error_response(cluster.error());
  auto key = keys.agent_key(*cluster);
  return message(
      wire::encode(wire::JoinClusterResponse{*std::move(cluster), realm.region, realm.account,
                                             std::move(key.access_key), std::move(key.secret_key)}));
}

}  // namespace troupe::api::operations
