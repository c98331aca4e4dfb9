#pragma once

/// Shapes that many resources use: tags, attributes, key-value pairs.
///
/// Members carry ECS's own names: these structs are the vocabulary that the wire,
/// the records and the journal share. An absent member was not given.
/// Source: ECS API Reference, "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"
#include "actors/core/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

/// A name and its value: environment, attachment details, statistics.
struct KeyValuePair {
  std::optional<std::string> name;
  std::optional<std::string> value;
  friend bool operator==(const KeyValuePair&, const KeyValuePair&) = default;
};
BOOST_DESCRIBE_STRUCT(KeyValuePair, (), (name, value))

/// Key 1–128, value 0–256 characters; at most 50 per resource.
struct Tag {
  std::optional<std::string> key;
  std::optional<std::string> value;
  friend bool operator==(const Tag&, const Tag&) = default;
};
BOOST_DESCRIBE_STRUCT(Tag, (), (key, value))

enum class TargetType : std::uint8_t { container_instance };
BOOST_DESCRIBE_ENUM(TargetType, container_instance)

/// A property of an instance that placement can ask for.
struct Attribute {
  std::optional<std::string> name;
  std::optional<std::string> value;
  std::optional<TargetType> targetType;
  std::optional<std::string> targetId;
  friend bool operator==(const Attribute&, const Attribute&) = default;
};
BOOST_DESCRIBE_STRUCT(Attribute, (), (name, value, targetType, targetId))

struct Resource {
  std::optional<std::string> name;
  std::optional<std::string> type;
  std::optional<double> doubleValue;
  std::optional<std::int64_t> longValue;
  std::optional<std::int32_t> integerValue;
  std::optional<std::vector<std::string>> stringSetValue;
  friend bool operator==(const Resource&, const Resource&) = default;
};
BOOST_DESCRIBE_STRUCT(Resource, (), (name, type, doubleValue, longValue, integerValue, stringSetValue))

struct VersionInfo {
  std::optional<std::string> agentVersion;
  std::optional<std::string> agentHash;
  std::optional<std::string> dockerVersion;
  friend bool operator==(const VersionInfo&, const VersionInfo&) = default;
};
BOOST_DESCRIBE_STRUCT(VersionInfo, (), (agentVersion, agentHash, dockerVersion))

struct Failure {
  std::optional<std::string> arn;
  std::optional<std::string> reason;
  std::optional<std::string> detail;
  friend bool operator==(const Failure&, const Failure&) = default;
};
BOOST_DESCRIBE_STRUCT(Failure, (), (arn, reason, detail))

struct Attachment {
  std::optional<std::string> id;
  std::optional<std::string> type;
  std::optional<std::string> status;
  std::optional<std::vector<KeyValuePair>> details;
  friend bool operator==(const Attachment&, const Attachment&) = default;
};
BOOST_DESCRIBE_STRUCT(Attachment, (), (id, type, status, details))

enum class LaunchType : std::uint8_t { EC2, FARGATE, EXTERNAL, MANAGED_INSTANCES };
BOOST_DESCRIBE_ENUM(LaunchType, EC2, FARGATE, EXTERNAL, MANAGED_INSTANCES)
inline constexpr std::size_t launch_types = 4;

enum class Connectivity : std::uint8_t { CONNECTED, DISCONNECTED };
BOOST_DESCRIBE_ENUM(Connectivity, CONNECTED, DISCONNECTED)

enum class HealthStatus : std::uint8_t { HEALTHY, UNHEALTHY, UNKNOWN };
BOOST_DESCRIBE_ENUM(HealthStatus, HEALTHY, UNHEALTHY, UNKNOWN)

enum class DesiredStatus : std::uint8_t { RUNNING, PENDING, STOPPED };
BOOST_DESCRIBE_ENUM(DesiredStatus, RUNNING, PENDING, STOPPED)

enum class TaskStopCode : std::uint8_t {
  TaskFailedToStart,
  EssentialContainerExited,
  UserInitiated,
  ServiceSchedulerInitiated,
  SpotInterruption,
  TerminationNotice,
  InfrastructureHealth
};
BOOST_DESCRIBE_ENUM(TaskStopCode, TaskFailedToStart, EssentialContainerExited, UserInitiated,
                    ServiceSchedulerInitiated, SpotInterruption, TerminationNotice, InfrastructureHealth)

enum class PropagateTags : std::uint8_t { TASK_DEFINITION, SERVICE, NONE };
BOOST_DESCRIBE_ENUM(PropagateTags, TASK_DEFINITION, SERVICE, NONE)

enum class TransportProtocol : std::uint8_t { tcp, udp };
BOOST_DESCRIBE_ENUM(TransportProtocol, tcp, udp)

/// Where a container port is reached on its host.
struct NetworkBinding {
  std::optional<std::string> bindIP;
  std::optional<std::int32_t> containerPort;
  std::optional<std::int32_t> hostPort;
  std::optional<TransportProtocol> protocol;
  std::optional<std::string> containerPortRange;
  std::optional<std::string> hostPortRange;
  friend bool operator==(const NetworkBinding&, const NetworkBinding&) = default;
};
BOOST_DESCRIBE_STRUCT(NetworkBinding, (),
                      (bindIP, containerPort, hostPort, protocol, containerPortRange, hostPortRange))

struct NetworkInterface {
  std::optional<std::string> attachmentId;
  std::optional<std::string> privateIpv4Address;
  std::optional<std::string> ipv6Address;
  friend bool operator==(const NetworkInterface&, const NetworkInterface&) = default;
};
BOOST_DESCRIBE_STRUCT(NetworkInterface, (), (attachmentId, privateIpv4Address, ipv6Address))

}  // namespace troupe::core
