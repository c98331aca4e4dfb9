/// Decisions on capacity providers.

#include "actors/core/capacity_providers.hpp"

#include "actors/core/ids.hpp"
#include "actors/core/launch_type.hpp"
#include "actors/core/name_character.hpp"

#include <algorithm>
#include <cctype>

namespace troupe::core {
namespace {

constexpr std::size_t names_max = 100;
constexpr std::size_t strategy_items_max = 20;

/// A strategy's providers are of one kind.
Result<void> check_kinds(const std::vector<CapacityProviderStrategyItem>& strategy) {
  const auto fargate = std::ranges::count_if(strategy, [](const CapacityProviderStrategyItem& item) {
    return is_fargate_provider(item.capacityProvider.value_or(""));
  });
  if (fargate == 0 || fargate == std::ssize(strategy)) return {};
  return invalid_parameter(
      "A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups "
      "and Fargate providers. Specify one or the other and try again.");
}

Error not_found(const std::string& name) {
  return invalid_parameter("The specified capacity provider '" + name +
                           "' was not found. Specify a valid name and try again.");
}

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

Result<void> check_provider_name(const std::string& name) {
  if (name.empty() || name.size() > 255 || !std::ranges::all_of(name, is_name_character)) {
    return client_error(
        "The specified capacity provider name is invalid. Up to 255 letters, numbers, "
        "underscores, and hyphens are allowed.");
  }
  for (const auto* reserved : {"aws", "ecs", "fargate"}) {
    if (lower_case(name).starts_with(reserved)) {
      return client_error(
          "The specified capacity provider name is invalid. The name cannot be prefixed "
          "with \"aws\", \"ecs\", or \"fargate\".");
    }
  }
  return {};
}

Result<void> check_scaling(const ManagedScaling& scaling) {
  const auto outside = [](const std::optional<std::int32_t>& value, std::int32_t least, std::int32_t most) {
    return value && (*value < least || *value > most);
  };
  if (outside(scaling.targetCapacity, 1, 100)) {
    return client_error("The managed scaling targetCapacity must be between 1 and 100.");
  }
  if (outside(scaling.minimumScalingStepSize, 1, 10'000) ||
      outside(scaling.maximumScalingStepSize, 1, 10'000)) {
    return client_error("The managed scaling step sizes must be between 1 and 10000.");
  }
  if (outside(scaling.instanceWarmupPeriod, 0, 10'000)) {
    return client_error("The managed scaling instanceWarmupPeriod must be between 0 and 10000.");
  }
  return {};
}

Result<void> check_protection(const AutoScalingGroupProvider& group) {
  if (group.managedTerminationProtection != ManagedTerminationProtection::ENABLED) return {};
  if (group.managedScaling && group.managedScaling->status == ManagedScalingStatus::ENABLED) return {};
  return client_error(
      "The managed termination protection setting for the capacity provider is invalid. To "
      "enable managed termination protection for a capacity provider, managed scaling must "
      "be enabled.");
}

void fill_in(AutoScalingGroupProvider& group) {
  auto& scaling = group.managedScaling ? *group.managedScaling : group.managedScaling.emplace();
  if (!scaling.status) scaling.status = ManagedScalingStatus::DISABLED;
  if (!scaling.targetCapacity) scaling.targetCapacity = 100;
  if (!scaling.minimumScalingStepSize) scaling.minimumScalingStepSize = 1;
  if (!scaling.maximumScalingStepSize) scaling.maximumScalingStepSize = 10'000;
  if (!scaling.instanceWarmupPeriod) scaling.instanceWarmupPeriod = 300;
  if (!group.managedTerminationProtection) {
    group.managedTerminationProtection = ManagedTerminationProtection::DISABLED;
  }
  if (!group.managedDraining) group.managedDraining = ManagedDraining::ENABLED;
}

/// Takes over each member that was given.
void merge(ManagedScaling& known, const ManagedScaling& news) {
  const auto take = [](auto& to, const auto& from) {
    if (from) to = from;
  };
  take(known.status, news.status);
  take(known.targetCapacity, news.targetCapacity);
  take(known.minimumScalingStepSize, news.minimumScalingStepSize);
  take(known.maximumScalingStepSize, news.maximumScalingStepSize);
  take(known.instanceWarmupPeriod, news.instanceWarmupPeriod);
}

CapacityProviderPtr fargate(const std::string& name) {
  auto provider = std::make_shared<CapacityProvider>();
  provider->name = name;
  provider->type = name == "FARGATE" ? CapacityProviderType::FARGATE : CapacityProviderType::FARGATE_SPOT;
  return provider;
}

Result<std::string> named(const Realm& realm, const std::string& reference) {
  auto ref = parse_ref(realm, "capacity-provider", reference);
  if (!ref) return ref.error();
  return ref->name;
}

Result<void> check_default_strategy(const std::vector<CapacityProviderStrategyItem>& strategy,
                                    const std::vector<std::string>& associated) {
  if (strategy.size() > strategy_items_max) {
    return invalid_parameter(
        "The capacity provider strategy cannot contain more than 20 capacity providers.");
  }
  int bases = 0;
  int weighted = 0;
  for (const auto& item : strategy) {
    const auto name = item.capacityProvider.value_or("");
    if (std::ranges::find(associated, name) == associated.end()) {
      return invalid_parameter(
          "The default capacity provider strategy cannot contain a capacity provider "
          "that is not associated with the cluster. Associate the capacity provider with "
          "the cluster and try again.");
    }
    bases += item.base.value_or(0) > 0 ? 1 : 0;
    weighted += item.weight.value_or(0) > 0 ? 1 : 0;
  }
  if (bases > 1) {
    return invalid_parameter(
        "The capacity provider strategy can only contain one capacity provider with a "
        "base defined.");
  }
  if (auto ok = check_kinds(strategy); !ok) return ok;
  if (!strategy.empty() && weighted == 0) {
    return invalid_parameter(
        "There are no capacity providers with a weight value greater than zero defined in the default "
        "capacity provider strategy. At least one capacity provider must have a weight value greater than "
        "zero specified. Update the cluster's default capacity provider strategy or specify a valid capacity "
        "provider strategy and try again.");
  }
  return {};
}

Result<void> check_item(const CapacityProviderStrategyItem& item, const Cluster& cluster,
                        const Providers& providers) {
  const auto name = item.capacityProvider.value_or("");
  const auto weight = item.weight.value_or(0);
  const auto base = item.base.value_or(0);
  if (name.empty()) return invalid_parameter("The capacity provider of a strategy can not be blank.");
  if (weight < 0 || weight > 1000) return invalid_parameter("Weight must be between 0 and 1000.");
  if (base < 0 || base > 100000) return invalid_parameter("Base must be between 0 and 100000.");
  const auto known = providers.find(name);
  const bool usable =
      known != providers.end() && known->second && known->second->status == CapacityProviderStatus::ACTIVE;
  if (!is_fargate_provider(name) && !usable) {
    return invalid_parameter("The specified capacity provider " + name +
                             " was not found. Specify a valid capacity provider and try again.");
  }
  const auto& associated = cluster.capacity_providers;
  if (std::ranges::find(associated, name) == associated.end()) {
    return invalid_parameter("The specified capacity provider " + name +
                             " is not associated with the cluster. Associate the capacity provider with the "
                             "cluster and try again.");
  }
  return {};
}

}  // namespace

Result<CapacityProvider> decide(const Providers& known, const CreateCapacityProvider& command,
                                const Stamp& stamp) {
  if (auto ok = check_provider_name(command.name); !ok) return ok.error();
  const auto same = known.find(command.name);
  if (same != known.end() && same->second->status != CapacityProviderStatus::INACTIVE) {
    return client_error(
        "The specified capacity provider already exists. To change the configuration of an "
        "existing capacity provider, update the capacity provider.");
  }
  if (command.group.has_value() == command.managed_instances.has_value()) {
    return client_error(
        "Exactly one of autoScalingGroupProvider and managedInstancesProvider must be specified.");
  }
  if (command.managed_instances && command.cluster.empty()) {
    return client_error("A cluster must be specified with managedInstancesProvider.");
  }
  CapacityProvider provider;
  provider.name = command.name;
  provider.created_at = stamp.now;
  provider.tags = command.tags;
  provider.managed_instances = command.managed_instances;
  provider.group = command.group;
  if (command.managed_instances) {
    provider.type = CapacityProviderType::MANAGED_INSTANCES;
    provider.cluster = command.cluster;
    return provider;
  }
  if (provider.group->autoScalingGroupArn.value_or("").empty()) {
    return client_error("The autoScalingGroupArn of a capacity provider cannot be empty.");
  }
  fill_in(*provider.group);
  if (auto ok = check_scaling(*provider.group->managedScaling); !ok) return ok.error();
  if (auto ok = check_protection(*provider.group); !ok) return ok.error();
  return provider;
}

Result<CapacityProvider> decide(const Providers& known, const UpdateCapacityProvider& command) {
  const auto found = known.find(command.name);
  if (found == known.end() || found->second->status == CapacityProviderStatus::INACTIVE) {
    return not_found(command.name);
  }
  auto next = *found->second;
  if (command.group && next.group) {
    if (command.group->managedScaling) merge(*next.group->managedScaling, *command.group->managedScaling);
    if (command.group->managedTerminationProtection) {
      next.group->managedTerminationProtection = command.group->managedTerminationProtection;
    }
    if (command.group->managedDraining) next.group->managedDraining = command.group->managedDraining;
    if (auto ok = check_scaling(*next.group->managedScaling); !ok) return ok.error();
    if (auto ok = check_protection(*next.group); !ok) return ok.error();
  }
  next.update_status = CapacityProviderUpdateStatus::UPDATE_COMPLETE;
  return next;
}

Result<CapacityProvider> decide(const Providers& known, const DeleteCapacityProvider& command,
                                const std::set<std::string>& used, const Realm& realm) {
  const auto name = named(realm, command.capacity_provider);
  if (!name) return name.error();
  if (is_fargate_provider(*name)) {
    return client_error("The specified capacity provider is reserved and cannot be deleted.");
  }
  const auto found = known.find(*name);
  if (found == known.end()) return not_found(*name);
  if (used.contains(*name)) {
    return client_error("The specified capacity provider is in use and cannot be removed.");
  }
  auto next = *found->second;
  next.status = CapacityProviderStatus::INACTIVE;
  next.update_status = CapacityProviderUpdateStatus::DELETE_COMPLETE;
  return next;
}

Result<CapacityProvidersReply> describe(const Providers& known, const DescribeCapacityProviders& query,
                                        const Realm& realm) {
  if (query.capacity_providers.size() > names_max) {
    return invalid_parameter("Capacity providers cannot have more than 100 elements.");
  }
  auto all = known;
  for (const auto* name : {"FARGATE", "FARGATE_SPOT"}) all.emplace(name, fargate(name));
  CapacityProvidersReply reply;
  for (const auto& reference : query.capacity_providers) {
    const auto name = named(realm, reference);
    if (!name) return name.error();
    const auto found = all.find(*name);
    if (found != all.end()) {
      reply.providers.push_back(found->second);
      continue;
    }
    Failure failure;
    failure.arn = reference;
    failure.reason = "MISSING";
    reply.failures.push_back(std::move(failure));
  }
  if (!query.capacity_providers.empty()) return reply;
  for (auto it = all.upper_bound(query.page.after); it != all.end(); ++it) {
    if (it->second->status == CapacityProviderStatus::INACTIVE) continue;
    if (reply.providers.size() == query.page.limit) {
      reply.next = reply.providers.back()->name;
      break;
    }
    reply.providers.push_back(it->second);
  }
  return reply;
}

Result<Cluster> decide(const Cluster& cluster, const PutClusterCapacityProviders& command,
                       const Providers& known, const std::set<std::string>& used) {
  for (const auto& name : command.capacity_providers) {
    const auto found = known.find(name);
    const bool usable = found != known.end() && found->second->status == CapacityProviderStatus::ACTIVE;
    if (!is_fargate_provider(name) && !usable) return not_found(name);
  }
  for (const auto& name : cluster.capacity_providers) {
    const bool stays =
        std::ranges::find(command.capacity_providers, name) != command.capacity_providers.end();
    if (!stays && used.contains(name)) {
      return Error{ErrorCode::resource_in_use,
                   "The specified capacity provider is in use and cannot be removed."};
    }
  }
  if (auto ok = check_default_strategy(command.default_strategy, command.capacity_providers); !ok)
    return ok.error();
  auto next = cluster;
  next.capacity_providers = command.capacity_providers;
  next.default_strategy = command.default_strategy;
  return next;
}

Result<void> check_strategy(const std::vector<CapacityProviderStrategyItem>& strategy, const Cluster& cluster,
                            const Providers& providers) {
  if (strategy.size() > strategy_items_max) {
    return invalid_parameter("A capacity provider strategy can contain a maximum of 20 capacity providers.");
  }
  int bases = 0;
  std::int64_t weights = 0;
  for (const auto& item : strategy) {
    if (auto ok = check_item(item, cluster, providers); !ok) return ok;
    bases += item.base.value_or(0) > 0 ? 1 : 0;
    weights += item.weight.value_or(0);
  }
  if (bases > 1) {
    return invalid_parameter("Only one capacity provider in a strategy can have a base defined.");
  }
  if (auto ok = check_kinds(strategy); !ok) return ok;
  if (!strategy.empty() && weights == 0) {
    return invalid_parameter(
        "There are no capacity providers with a weight value greater than zero defined in the default "
        "capacity provider strategy. At least one capacity provider must have a weight value greater than "
        "zero specified. Update the cluster's default capacity provider strategy or specify a valid "
        "capacity provider strategy and try again.");
  }
  return {};
}

bool makes_room(const Providers& known, const std::string& name) {
  const auto found = known.find(name);
  if (found == known.end()) return false;
  const auto& provider = *found->second;
  if (provider.type == CapacityProviderType::MANAGED_INSTANCES) return true;
  return provider.group && provider.group->managedScaling &&
         provider.group->managedScaling->status == ManagedScalingStatus::ENABLED;
}

}  // namespace troupe::core
