#pragma once

/// Decisions on capacity providers, and which of them a cluster uses. FARGATE
/// and FARGATE_SPOT always exist.
///
/// Source: ECS API Reference, CreateCapacityProvider, UpdateCapacityProvider,
/// DeleteCapacityProvider, DescribeCapacityProviders,
/// PutClusterCapacityProviders.

#include "actors/core/service_commands.hpp"
#include "actors/core/stamp.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>

namespace troupe::core {

/// By name; without FARGATE and FARGATE_SPOT.
using Providers = std::map<std::string, CapacityProviderPtr>;
using ProvidersPtr = std::shared_ptr<const Providers>;

Result<CapacityProvider> decide(const Providers& known, const CreateCapacityProvider& command,
                                const Stamp& stamp);
Result<CapacityProvider> decide(const Providers& known, const UpdateCapacityProvider& command);
/// The record as INACTIVE. `used` are those that are associated with a cluster.
Result<CapacityProvider> decide(const Providers& known, const DeleteCapacityProvider& command,
                                const std::set<std::string>& used, const Realm& realm);
Result<CapacityProvidersReply> describe(const Providers& known, const DescribeCapacityProviders& query,
                                        const Realm& realm);

/// The cluster with other providers. `used` are those in its services' strategies.
Result<Cluster> decide(const Cluster& cluster, const PutClusterCapacityProviders& command,
                       const Providers& known, const std::set<std::string>& used);

/// Weights, bases and names of a strategy that is to be used in this cluster.
/// All refusals are InvalidParameterException. Source: ECS API Reference, "CapacityProviderStrategyItem".
Result<void> check_strategy(const std::vector<CapacityProviderStrategyItem>& strategy, const Cluster& cluster,
                            const Providers& providers);

/// Whether the provider adds instances when tasks need them (managed scaling is ENABLED, or its instances are
/// managed): then a task waits for a place instead of failing.
bool makes_room(const Providers& known, const std::string& name);

}  // namespace troupe::core
