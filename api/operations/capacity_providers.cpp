/// CreateCapacityProvider, UpdateCapacityProvider, DeleteCapacityProvider,
/// DescribeCapacityProviders, PutClusterCapacityProviders.

#include "api/wire/capacity_providers.hpp"
#include "api/operations/checks.hpp"
#include "api/operations/operation_table.hpp"
#include "api/rendering/capacity_provider.hpp"
#include "api/rendering/rendering.hpp"
#include "api/wire/page_token.hpp"

#include <algorithm>
#include <array>

namespace troupe::api::operations::capacity_providers {
namespace {

constexpr std::size_t describe_max = 100;
constexpr std::size_t providers_of_a_cluster_max = 20;
constexpr wire::PageLimits list_limits{.usual = 10, .most = 10};
constexpr std::size_t name_max = 255;
constexpr auto reserved_prefixes = std::to_array<std::string_view>({"aws", "ecs", "fargate"});

bool is_reserved(std::string name) {
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return std::ranges::any_of(reserved_prefixes,
                             [&](std::string_view prefix) { return name.starts_with(prefix); });
}

Refusal check_provider_name(const std::string& name) {
  const bool sound = !name.empty() && name.size() <= name_max && is_plain_name(name) && !is_reserved(name);
  if (sound) return std::nullopt;
  return core::invalid_parameter(
      "The specified capacity provider name is invalid. Up to 255 characters are allowed, including letters "
      "(upper and lowercase), numbers, underscores, and hyphens. The name cannot be prefixed with \"aws\", "
      "\"ecs\", or \"fargate\". Specify a valid name and try again.");
}

bool outside(const std::optional<std::int32_t>& value, std::int32_t least, std::int32_t most) {
  return value && (*value < least || *value > most);
}

/// Source: ECS's service model, the bounds of "ManagedScaling".
Refusal check_scaling(const std::optional<core::ManagedScaling>& scaling) {
  if (!scaling) return std::nullopt;
  if (outside(scaling->targetCapacity, 1, 100)) {
    return core::invalid_parameter("targetCapacity should be between 1 and 100.");
  }
  if (outside(scaling->minimumScalingStepSize, 1, 10'000)) {
    return core::invalid_parameter("minimumScalingStepSize should be between 1 and 10000.");
  }
  if (outside(scaling->maximumScalingStepSize, 1, 10'000)) {
    return core::invalid_parameter("maximumScalingStepSize should be between 1 and 10000.");
  }
  if (outside(scaling->instanceWarmupPeriod, 0, 10'000)) {
    return core::invalid_parameter("instanceWarmupPeriod should be between 0 and 10000.");
  }
  return std::nullopt;
}

core::ManagedInstancesProvider provider_of(const core::CreateManagedInstancesProviderConfiguration& in) {
  return {in.infrastructureRoleArn, in.instanceLaunchTemplate, in.propagateTags,
          in.infrastructureOptimization, in.autoRepairConfiguration};
}

core::Result<Question> read_create(const Call& /*call*/, const wire::CreateCapacityProviderRequest& in) {
  if (auto refusal = check_provider_name(in.name.value_or(""))) return *refusal;
  if (auto refusal = check_tags(in.tags)) return *refusal;
  const auto& group = in.autoScalingGroupProvider;
  if (group.has_value() == in.managedInstancesProvider.has_value()) {
    return core::invalid_parameter(
        "Exactly one of autoScalingGroupProvider and managedInstancesProvider must be specified.");
  }
  if (auto refusal = check_scaling(group ? group->managedScaling : std::nullopt)) return *refusal;
  core::CreateCapacityProvider command;
  command.name = in.name.value_or("");
  command.cluster = in.cluster.value_or("");
  command.group = group;
  if (in.managedInstancesProvider) command.managed_instances = provider_of(*in.managedInstancesProvider);
  command.tags = list_or_empty(in.tags);
  return ask_registry(std::move(command));
}

wire::CreateCapacityProviderResponse write_created(const Call& call,
                                                   const wire::CreateCapacityProviderRequest& /*in*/,
                                                   const core::CapacityProviderReply& reply) {
  return {rendering::capacity_provider(call.realm(), *reply.provider, {.tags = true})};
}

core::Result<Question> read_update(const Call& /*call*/, const wire::UpdateCapacityProviderRequest& in) {
  const auto& group = in.autoScalingGroupProvider;
  if (auto refusal = check_scaling(group ? group->managedScaling : std::nullopt)) return *refusal;
  return ask_registry(core::UpdateCapacityProvider{in.name.value_or(""), in.cluster.value_or(""), group,
                                                   in.managedInstancesProvider});
}

wire::UpdateCapacityProviderResponse write_updated(const Call& call,
                                                   const wire::UpdateCapacityProviderRequest& /*in*/,
                                                   const core::CapacityProviderReply& reply) {
  return {rendering::capacity_provider(call.realm(), *reply.provider, {})};
}

core::Result<Question> read_delete(const Call& /*call*/, const wire::DeleteCapacityProviderRequest& in) {
  return ask_registry(
      core::DeleteCapacityProvider{in.capacityProvider.value_or(""), in.cluster.value_or("")});
}

wire::DeleteCapacityProviderResponse write_deleted(const Call& call,
                                                   const wire::DeleteCapacityProviderRequest& /*in*/,
                                                   const core::CapacityProviderReply& reply) {
  return {rendering::capacity_provider(call.realm(), *reply.provider, {})};
}

core::Result<Question> read_describe(const Call& /*call*/, const wire::DescribeCapacityProvidersRequest& in) {
  const auto asked = list_or_empty(in.capacityProviders);
  if (auto refusal = check_at_most(asked, describe_max, "capacityProviders")) return *refusal;
  auto page =
      wire::page_of(query_of("DescribeCapacityProviders", in), in.nextToken, in.maxResults, list_limits);
  if (!page) return std::move(page).error();
  return ask_registry(core::DescribeCapacityProviders{asked, in.cluster.value_or(""), *std::move(page)});
}

wire::DescribeCapacityProvidersResponse write_described(const Call& call,
                                                        const wire::DescribeCapacityProvidersRequest& in,
                                                        const core::CapacityProvidersReply& reply) {
  const rendering::CapacityProviderDetail detail{
      rendering::includes(in.include, wire::CapacityProviderField::TAGS)};
  wire::DescribeCapacityProvidersResponse out;
  out.capacityProviders.emplace();
  for (const auto& record : reply.providers) {
    out.capacityProviders->push_back(rendering::capacity_provider(call.realm(), *record, detail));
  }
  out.failures = reply.failures;
  out.nextToken = wire::next_token(query_of("DescribeCapacityProviders", in), reply.next);
  return out;
}

core::Result<Question> read_put(const Call& /*call*/, const wire::PutClusterCapacityProvidersRequest& in) {
  const auto providers = list_or_empty(in.capacityProviders);
  if (auto refusal = check_at_most(providers, providers_of_a_cluster_max, "capacityProviders")) {
    return *refusal;
  }
  return ask_cluster(in.cluster, core::PutClusterCapacityProviders{
                                     providers, list_or_empty(in.defaultCapacityProviderStrategy)});
}

wire::PutClusterCapacityProvidersResponse write_put(const Call& call,
                                                    const wire::PutClusterCapacityProvidersRequest& /*in*/,
                                                    const core::ClusterReply& reply) {
  const rendering::ClusterDetail detail{.attachments = true, .settings = true};
  return {rendering::cluster(call.realm(), *reply.cluster, reply.counts, detail)};
}

}  // namespace

std::vector<Operation> rows() {
  return {operation("CreateCapacityProvider", read_create, write_created),
          operation("UpdateCapacityProvider", read_update, write_updated),
          operation("DeleteCapacityProvider", read_delete, write_deleted),
          operation("DescribeCapacityProviders", read_describe, write_described),
          operation("PutClusterCapacityProviders", read_put, write_put)};
}

}  // namespace troupe::api::operations::capacity_providers
