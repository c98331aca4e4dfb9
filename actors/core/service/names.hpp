#pragma once

/// Ids and ARNs of what a service is made of.
///
/// Source: ECS Developer Guide, "Amazon Resource Names (ARNs) and IDs".

#include "actors/core/ids.hpp"
#include "actors/core/records/service.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace troupe::core {

/// "ecs-svc/N": a deployment or a task set, and the `startedBy` of its tasks.
std::string deployment_name(std::uint64_t id);
/// The other way; absent when `text` is no such name.
std::optional<std::uint64_t> parse_deployment_name(std::string_view text);

std::string task_set_arn(const Realm& realm, const Service& service, std::uint64_t id);
std::string service_deployment_arn(const Realm& realm, const ServiceDeployment& deployment);
std::string service_revision_arn(const Realm& realm, const std::string& cluster, const std::string& service,
                                 std::uint64_t number);
std::string capacity_provider_arn(const Realm& realm, std::string_view name);

/// 19 digits, as ids of deployments, task sets and revisions have.
std::uint64_t fresh_number(Dice& dice);
/// 21 characters that need no quoting in a URL.
std::string fresh_deployment_id(Dice& dice);

/// What an ARN of a service deployment or revision names.
struct ServicePartRef {
  std::string cluster;
  std::string service;
  std::string id;
};
/// Reads "arn:…:TYPE/CLUSTER/SERVICE/ID"; InvalidParameterException for all else.
Result<ServicePartRef> parse_service_part(const Realm& realm, std::string_view type, std::string_view arn);

}  // namespace troupe::core
