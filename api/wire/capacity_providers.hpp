#pragma once

/// The operations on capacity providers as they go over the wire.
///
/// Members carry ECS's own names and are absent when not given; shapes that the core
/// keeps as they are come from actors/core/shapes.
/// Source: ECS API Reference, "Actions" and "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"
#include "actors/core/shapes/capacity_provider.hpp"
#include "actors/core/shapes/placement.hpp"
#include "actors/core/shapes/resources.hpp"
#include "actors/core/time.hpp"
#include "api/wire/clusters.hpp"
#include "api/wire/codec/codec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::api::wire {

struct CreateCapacityProviderRequest {
  std::optional<std::string> name;
  std::optional<std::string> cluster;
  std::optional<core::AutoScalingGroupProvider> autoScalingGroupProvider;
  std::optional<core::CreateManagedInstancesProviderConfiguration> managedInstancesProvider;
  std::optional<std::vector<core::Tag>> tags;
  friend bool operator==(const CreateCapacityProviderRequest&,
                         const CreateCapacityProviderRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(CreateCapacityProviderRequest, (),
                      (name, cluster, autoScalingGroupProvider, managedInstancesProvider, tags))
template <>
inline constexpr auto required<CreateCapacityProviderRequest> = names("name");

struct CapacityProvider {
  std::optional<std::string> capacityProviderArn;
  std::optional<std::string> name;
  std::optional<std::string> cluster;
  std::optional<core::CapacityProviderStatus> status;
  std::optional<core::AutoScalingGroupProvider> autoScalingGroupProvider;
  std::optional<core::ManagedInstancesProvider> managedInstancesProvider;
  std::optional<core::CapacityProviderUpdateStatus> updateStatus;
  std::optional<std::string> updateStatusReason;
  std::optional<std::vector<core::Tag>> tags;
  std::optional<core::CapacityProviderType> type;
  friend bool operator==(const CapacityProvider&, const CapacityProvider&) = default;
};
BOOST_DESCRIBE_STRUCT(CapacityProvider, (),
                      (capacityProviderArn, name, cluster, status, autoScalingGroupProvider,
                       managedInstancesProvider, updateStatus, updateStatusReason, tags, type))

struct CreateCapacityProviderResponse {
  std::optional<CapacityProvider> capacityProvider;
  friend bool operator==(const CreateCapacityProviderResponse&,
                         const CreateCapacityProviderResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(CreateCapacityProviderResponse, (), (capacityProvider))

struct UpdateCapacityProviderRequest {
  std::optional<std::string> name;
  std::optional<std::string> cluster;
  std::optional<core::AutoScalingGroupProviderUpdate> autoScalingGroupProvider;
  std::optional<core::UpdateManagedInstancesProviderConfiguration> managedInstancesProvider;
  friend bool operator==(const UpdateCapacityProviderRequest&,
                         const UpdateCapacityProviderRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(UpdateCapacityProviderRequest, (),
                      (name, cluster, autoScalingGroupProvider, managedInstancesProvider))
template <>
inline constexpr auto required<UpdateCapacityProviderRequest> = names("name");

struct UpdateCapacityProviderResponse {
  std::optional<CapacityProvider> capacityProvider;
  friend bool operator==(const UpdateCapacityProviderResponse&,
                         const UpdateCapacityProviderResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(UpdateCapacityProviderResponse, (), (capacityProvider))

struct DeleteCapacityProviderRequest {
  std::optional<std::string> capacityProvider;
  std::optional<std::string> cluster;
  friend bool operator==(const DeleteCapacityProviderRequest&,
                         const DeleteCapacityProviderRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(DeleteCapacityProviderRequest, (), (capacityProvider, cluster))
template <>
inline constexpr auto required<DeleteCapacityProviderRequest> = names("capacityProvider");

struct DeleteCapacityProviderResponse {
  std::optional<CapacityProvider> capacityProvider;
  friend bool operator==(const DeleteCapacityProviderResponse&,
                         const DeleteCapacityProviderResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(DeleteCapacityProviderResponse, (), (capacityProvider))

enum class CapacityProviderField : std::uint8_t { TAGS };
BOOST_DESCRIBE_ENUM(CapacityProviderField, TAGS)

struct DescribeCapacityProvidersRequest {
  std::optional<std::vector<std::string>> capacityProviders;
  std::optional<std::string> cluster;
  std::optional<std::vector<CapacityProviderField>> include;
  std::optional<std::int32_t> maxResults;
  std::optional<std::string> nextToken;
  friend bool operator==(const DescribeCapacityProvidersRequest&,
                         const DescribeCapacityProvidersRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeCapacityProvidersRequest, (),
                      (capacityProviders, cluster, include, maxResults, nextToken))

struct DescribeCapacityProvidersResponse {
  std::optional<std::vector<CapacityProvider>> capacityProviders;
  std::optional<std::vector<core::Failure>> failures;
  std::optional<std::string> nextToken;
  friend bool operator==(const DescribeCapacityProvidersResponse&,
                         const DescribeCapacityProvidersResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeCapacityProvidersResponse, (), (capacityProviders, failures, nextToken))

struct PutClusterCapacityProvidersRequest {
  std::optional<std::string> cluster;
  std::optional<std::vector<std::string>> capacityProviders;
  std::optional<std::vector<core::CapacityProviderStrategyItem>> defaultCapacityProviderStrategy;
  friend bool operator==(const PutClusterCapacityProvidersRequest&,
                         const PutClusterCapacityProvidersRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(PutClusterCapacityProvidersRequest, (),
                      (cluster, capacityProviders, defaultCapacityProviderStrategy))
template <>
inline constexpr auto required<PutClusterCapacityProvidersRequest> = names("cluster", "capacityProviders",
                                                                           "defaultCapacityProviderStrategy");

struct PutClusterCapacityProvidersResponse {
  std::optional<Cluster> cluster;
  friend bool operator==(const PutClusterCapacityProvidersResponse&,
                         const PutClusterCapacityProvidersResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(PutClusterCapacityProvidersResponse, (), (cluster))

template <>
const Shape& shape_of<CreateCapacityProviderRequest>();
template <>
const Shape& shape_of<CreateCapacityProviderResponse>();
template <>
const Shape& shape_of<UpdateCapacityProviderRequest>();
template <>
const Shape& shape_of<UpdateCapacityProviderResponse>();
template <>
const Shape& shape_of<DeleteCapacityProviderRequest>();
template <>
const Shape& shape_of<DeleteCapacityProviderResponse>();
template <>
const Shape& shape_of<DescribeCapacityProvidersRequest>();
template <>
const Shape& shape_of<DescribeCapacityProvidersResponse>();
template <>
const Shape& shape_of<PutClusterCapacityProvidersRequest>();
template <>
const Shape& shape_of<PutClusterCapacityProvidersResponse>();

}  // namespace troupe::api::wire
