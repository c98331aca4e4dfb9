#pragma once

/// The operations on clusters as they go over the wire.
///
/// Members carry ECS's own names and are absent when not given; shapes that the core
/// keeps as they are come from actors/core/shapes.
/// Source: ECS API Reference, "Actions" and "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"
#include "actors/core/shapes/cluster.hpp"
#include "actors/core/shapes/placement.hpp"
#include "actors/core/shapes/resources.hpp"
#include "actors/core/time.hpp"
#include "api/wire/codec/codec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::api::wire {

struct ClusterServiceConnectDefaultsRequest {
  std::optional<std::string> namespace_;
  friend bool operator==(const ClusterServiceConnectDefaultsRequest&,
                         const ClusterServiceConnectDefaultsRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(ClusterServiceConnectDefaultsRequest, (), (namespace_))
template <>
inline constexpr auto required<ClusterServiceConnectDefaultsRequest> = names("namespace");

struct CreateClusterRequest {
  std::optional<std::string> clusterName;
  std::optional<std::vector<core::Tag>> tags;
  std::optional<std::vector<core::ClusterSetting>> settings;
  std::optional<core::ClusterConfiguration> configuration;
  std::optional<std::vector<std::string>> capacityProviders;
  std::optional<std::vector<core::CapacityProviderStrategyItem>> defaultCapacityProviderStrategy;
  std::optional<ClusterServiceConnectDefaultsRequest> serviceConnectDefaults;
  friend bool operator==(const CreateClusterRequest&, const CreateClusterRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(CreateClusterRequest, (),
                      (clusterName, tags, settings, configuration, capacityProviders,
                       defaultCapacityProviderStrategy, serviceConnectDefaults))

struct Cluster {
  std::optional<std::string> clusterArn;
  std::optional<std::string> clusterName;
  std::optional<core::ClusterConfiguration> configuration;
  std::optional<std::string> status;
  std::optional<std::int32_t> registeredContainerInstancesCount;
  std::optional<std::int32_t> runningTasksCount;
  std::optional<std::int32_t> pendingTasksCount;
  std::optional<std::int32_t> activeServicesCount;
  std::optional<std::vector<core::KeyValuePair>> statistics;
  std::optional<std::vector<core::Tag>> tags;
  std::optional<std::vector<core::ClusterSetting>> settings;
  std::optional<std::vector<std::string>> capacityProviders;
  std::optional<std::vector<core::CapacityProviderStrategyItem>> defaultCapacityProviderStrategy;
  std::optional<std::vector<core::Attachment>> attachments;
  std::optional<std::string> attachmentsStatus;
  std::optional<core::ClusterServiceConnectDefaults> serviceConnectDefaults;
  friend bool operator==(const Cluster&, const Cluster&) = default;
};
BOOST_DESCRIBE_STRUCT(Cluster, (),
                      (clusterArn, clusterName, configuration, status, registeredContainerInstancesCount,
                       runningTasksCount, pendingTasksCount, activeServicesCount, statistics, tags, settings,
                       capacityProviders, defaultCapacityProviderStrategy, attachments, attachmentsStatus,
                       serviceConnectDefaults))

struct CreateClusterResponse {
  std::optional<Cluster> cluster;
  friend bool operator==(const CreateClusterResponse&, const CreateClusterResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(CreateClusterResponse, (), (cluster))

enum class ClusterField : std::uint8_t { ATTACHMENTS, CONFIGURATIONS, SETTINGS, STATISTICS, TAGS };
BOOST_DESCRIBE_ENUM(ClusterField, ATTACHMENTS, CONFIGURATIONS, SETTINGS, STATISTICS, TAGS)

struct DescribeClustersRequest {
  std::optional<std::vector<std::string>> clusters;
  std::optional<std::vector<ClusterField>> include;
  friend bool operator==(const DescribeClustersRequest&, const DescribeClustersRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeClustersRequest, (), (clusters, include))

struct DescribeClustersResponse {
  std::optional<std::vector<Cluster>> clusters;
  std::optional<std::vector<core::Failure>> failures;
  friend bool operator==(const DescribeClustersResponse&, const DescribeClustersResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeClustersResponse, (), (clusters, failures))

struct ListClustersRequest {
  std::optional<std::string> nextToken;
  std::optional<std::int32_t> maxResults;
  friend bool operator==(const ListClustersRequest&, const ListClustersRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(ListClustersRequest, (), (nextToken, maxResults))

struct ListClustersResponse {
  std::optional<std::vector<std::string>> clusterArns;
  std::optional<std::string> nextToken;
  friend bool operator==(const ListClustersResponse&, const ListClustersResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(ListClustersResponse, (), (clusterArns, nextToken))

struct DeleteClusterRequest {
  std::optional<std::string> cluster;
  friend bool operator==(const DeleteClusterRequest&, const DeleteClusterRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(DeleteClusterRequest, (), (cluster))
template <>
inline constexpr auto required<DeleteClusterRequest> = names("cluster");

struct DeleteClusterResponse {
  std::optional<Cluster> cluster;
  friend bool operator==(const DeleteClusterResponse&, const DeleteClusterResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(DeleteClusterResponse, (), (cluster))

template <>
const Shape& shape_of<CreateClusterRequest>();
template <>
const Shape& shape_of<CreateClusterResponse>();
template <>
const Shape& shape_of<DescribeClustersRequest>();
template <>
const Shape& shape_of<DescribeClustersResponse>();
template <>
const Shape& shape_of<ListClustersRequest>();
template <>
const Shape& shape_of<ListClustersResponse>();
template <>
const Shape& shape_of<DeleteClusterRequest>();
template <>
const Shape& shape_of<DeleteClusterResponse>();

}  // namespace troupe::api::wire
