#pragma once

/// The shapes of the task metadata endpoint, version 4; private to this folder.
/// Members carry Amazon's names and are absent when there is nothing to say.

#include "actors/core/describe.hpp"
#include "actors/core/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::api::metadata {

/// CPU units and MiB.
struct ContainerLimitsShape {
  std::optional<std::int32_t> CPU;
  std::optional<std::int32_t> Memory;
};
BOOST_DESCRIBE_STRUCT(ContainerLimitsShape, (), (CPU, Memory))

/// Cores and MiB.
struct TaskLimitsShape {
  std::optional<double> CPU;
  std::optional<std::int64_t> Memory;
};
BOOST_DESCRIBE_STRUCT(TaskLimitsShape, (), (CPU, Memory))

struct PortShape {
  std::optional<std::int32_t> ContainerPort;
  std::optional<std::string> Protocol;
  std::optional<std::int32_t> HostPort;
  std::optional<std::string> HostIp;
};
BOOST_DESCRIBE_STRUCT(PortShape, (), (ContainerPort, Protocol, HostPort, HostIp))

struct NetworkShape {
  std::optional<std::string> NetworkMode;
  std::optional<std::vector<std::string>> IPv4Addresses;
  std::optional<std::int32_t> AttachmentIndex;
  std::optional<std::string> MACAddress;
  std::optional<std::string> IPv4SubnetCIDRBlock;
  std::optional<std::string> PrivateDNSName;
};
BOOST_DESCRIBE_STRUCT(NetworkShape, (),
                      (NetworkMode, IPv4Addresses, AttachmentIndex, MACAddress, IPv4SubnetCIDRBlock,
                       PrivateDNSName))

struct HealthShape {
  std::optional<std::string> status;
};
BOOST_DESCRIBE_STRUCT(HealthShape, (), (status))

struct ContainerShape {
  std::optional<std::string> DockerId;
  std::optional<std::string> Name;
  std::optional<std::string> DockerName;
  std::optional<std::string> Image;
  std::optional<std::string> ImageID;
  std::optional<std::vector<PortShape>> Ports;
  std::optional<std::map<std::string, std::string>> Labels;
  std::optional<std::string> DesiredStatus;
  std::optional<std::string> KnownStatus;
  std::optional<std::int32_t> ExitCode;
  std::optional<ContainerLimitsShape> Limits;
  std::optional<core::Time> CreatedAt;
  std::optional<core::Time> StartedAt;
  std::optional<core::Time> FinishedAt;
  std::optional<std::string> Type;
  std::optional<HealthShape> Health;
  std::optional<std::string> LogDriver;
  std::optional<std::map<std::string, std::string>> LogOptions;
  std::optional<std::string> ContainerARN;
  std::optional<std::vector<NetworkShape>> Networks;
};
BOOST_DESCRIBE_STRUCT(ContainerShape, (),
                      (DockerId, Name, DockerName, Image, ImageID, Ports, Labels, DesiredStatus, KnownStatus,
                       ExitCode, Limits, CreatedAt, StartedAt, FinishedAt, Type, Health, LogDriver,
                       LogOptions, ContainerARN, Networks))

struct TaskShape {
  std::optional<std::string> Cluster;
  std::optional<std::string> TaskARN;
  std::optional<std::string> Family;
  std::optional<std::string> Revision;
  std::optional<std::string> ServiceName;
  std::optional<std::string> DesiredStatus;
  std::optional<std::string> KnownStatus;
  std::optional<TaskLimitsShape> Limits;
  std::optional<core::Time> PullStartedAt;
  std::optional<core::Time> PullStoppedAt;
  std::optional<core::Time> ExecutionStoppedAt;
  std::optional<std::string> AvailabilityZone;
  std::optional<std::string> LaunchType;
  std::optional<std::vector<ContainerShape>> Containers;
};
BOOST_DESCRIBE_STRUCT(TaskShape, (),
                      (Cluster, TaskARN, Family, Revision, ServiceName, DesiredStatus, KnownStatus, Limits,
                       PullStartedAt, PullStoppedAt, ExecutionStoppedAt, AvailabilityZone, LaunchType,
                       Containers))

}  // namespace troupe::api::metadata
