#pragma once

/// DescribeHosts and DeregisterHost as they go over the wire: Troupe's own operations, under the targets
/// "Troupe.DescribeHosts" and "Troupe.DeregisterHost". They make `troupe hosts` and `troupe deregister`, and
/// are there for programs as well.

#include "actors/core/describe.hpp"
#include "actors/core/time.hpp"
#include "api/wire/codec/codec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::api::wire {

/// Without `host`, an id or ARN, all that are registered.
struct DescribeHostsRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> host;
  friend bool operator==(const DescribeHostsRequest&, const DescribeHostsRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeHostsRequest, (), (cluster, host))

struct HostTask {
  std::optional<std::string> taskArn;
  std::optional<std::string> group;
  std::optional<std::string> launchType;
  std::optional<std::string> lastStatus;
  std::optional<std::string> desiredStatus;
  friend bool operator==(const HostTask&, const HostTask&) = default;
};
BOOST_DESCRIBE_STRUCT(HostTask, (), (taskArn, group, launchType, lastStatus, desiredStatus))

/// `tasks` are those of a host that was asked for by name. Names as of a container instance; `capacity` as
/// the option of `troupe agent`: instances, fargate, both or external.
struct Host {
  std::optional<std::string> containerInstanceArn;
  std::optional<std::string> ec2InstanceId;
  std::optional<std::string> capacity;
  std::optional<std::string> status;
  std::optional<bool> agentConnected;
  std::optional<std::string> availabilityZone;
  std::optional<std::string> capacityProviderName;
  std::optional<core::Time> registeredAt;
  std::optional<std::int32_t> runningTasksCount;
  std::optional<std::int32_t> pendingTasksCount;
  std::optional<std::vector<HostTask>> tasks;
  friend bool operator==(const Host&, const Host&) = default;
};
BOOST_DESCRIBE_STRUCT(Host, (),
                      (containerInstanceArn, ec2InstanceId, capacity, status, agentConnected,
                       availabilityZone, capacityProviderName, registeredAt, runningTasksCount,
                       pendingTasksCount, tasks))

struct DescribeHostsResponse {
  std::optional<std::vector<Host>> hosts;
  friend bool operator==(const DescribeHostsResponse&, const DescribeHostsResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(DescribeHostsResponse, (), (hosts))

struct DeregisterHostRequest {
  std::optional<std::string> cluster;
  std::optional<std::string> host;
  std::optional<bool> force;
  friend bool operator==(const DeregisterHostRequest&, const DeregisterHostRequest&) = default;
};
BOOST_DESCRIBE_STRUCT(DeregisterHostRequest, (), (cluster, host, force))
template <>
inline constexpr auto required<DeregisterHostRequest> = names("host");

/// As it is now, without tasks.
struct DeregisterHostResponse {
  std::optional<Host> host;
  friend bool operator==(const DeregisterHostResponse&, const DeregisterHostResponse&) = default;
};
BOOST_DESCRIBE_STRUCT(DeregisterHostResponse, (), (host))

template <>
const Shape& shape_of<DescribeHostsRequest>();
template <>
const Shape& shape_of<DescribeHostsResponse>();
template <>
const Shape& shape_of<DeregisterHostRequest>();
template <>
const Shape& shape_of<DeregisterHostResponse>();

}  // namespace troupe::api::wire
