#pragma once

/// What Troupe keeps of a container instance: one host that an agent speaks for.

#include "actors/core/ids.hpp"
#include "actors/core/records/task.hpp"
#include "actors/core/shapes/resources.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::core {

enum class InstanceStatus : std::uint8_t {
  REGISTERING,
  REGISTRATION_FAILED,
  ACTIVE,
  DRAINING,
  DEREGISTERING,
  INACTIVE
};
BOOST_DESCRIBE_ENUM(InstanceStatus, REGISTERING, REGISTRATION_FAILED, ACTIVE, DRAINING, DEREGISTERING,
                    INACTIVE)

/// The attribute that names an instance's capacity provider, given at registration or by PutAttributes: there
/// are no Auto Scaling groups here that could tell.
inline constexpr const char* provider_attribute = "ecs.capacity-provider";

/// What the capacity of a host is for.
enum class CapacityUse : std::uint8_t {
  instances,  ///< A container instance, as an EC2 host is one.
  fargate,    ///< Managed: it is nobody's container instance, and takes FARGATE tasks only.
  both,       ///< A container instance that FARGATE tasks may use too.
  external,   ///< A container instance as of ECS Anywhere: EXTERNAL tasks only.
};
BOOST_DESCRIBE_ENUM(CapacityUse, instances, fargate, both, external)

/// How our own agents say it when they register; it is kept as `capacity`, and is no attribute of the
/// instance.
inline constexpr const char* capacity_attribute = "troupe.capacity";
/// How agents of ECS Anywhere say that their host is external.
inline constexpr const char* external_attribute = "ecs.capability.external";

/// What a host says of its container runtime.
enum class InstanceHealth : std::uint8_t { INSUFFICIENT_DATA, INITIALIZING, OK, IMPAIRED };
BOOST_DESCRIBE_ENUM(InstanceHealth, INSUFFICIENT_DATA, INITIALIZING, OK, IMPAIRED)

/// What a host offers. Reserved ports are in use by others from the start.
struct Capacity {
  CpuUnits cpu;
  MemoryMib memory;
  std::vector<std::uint16_t> tcp_ports;
  std::vector<std::uint16_t> udp_ports;
  std::int32_t gpus = 0;
  friend bool operator==(const Capacity&, const Capacity&) = default;
};
BOOST_DESCRIBE_STRUCT(Capacity, (), (cpu, memory, tcp_ports, udp_ports, gpus))

struct ContainerInstance {
  InstanceId id;
  std::string cluster;
  std::string host_id;  ///< ec2InstanceId: the host's own name.
  InstanceStatus status = InstanceStatus::ACTIVE;
  std::string status_reason;
  bool agent_connected = false;
  std::int64_t version = 1;
  VersionInfo version_info;
  Capacity registered;
  std::vector<Attribute> attributes;
  std::string capacity_provider;  ///< As its attribute says; empty: none.
  Time registered_at{};
  Time updated_at{};
  std::vector<Tag> tags;
  /// Of the tasks that are not STOPPED; the instance's own sum of them.
  TaskSize used;
  std::int32_t running_tasks = 0;
  std::int32_t pending_tasks = 0;
  std::string client_token;  ///< Of its last registration.
  /// Above it are the numbers of what its agent is sent in the present session.
  std::int64_t sent_before = 0;
  InstanceHealth health = InstanceHealth::INSUFFICIENT_DATA;
  std::optional<Time> health_at;  ///< When it became so; absent: its host never said.
  std::string agent_key;          ///< Of the agent that registered it; empty: an administrator did.
  CapacityUse capacity = CapacityUse::instances;
  friend bool operator==(const ContainerInstance&, const ContainerInstance&) = default;
};
BOOST_DESCRIBE_STRUCT(ContainerInstance, (),
                      (id, cluster, host_id, status, status_reason, agent_connected, version, version_info,
                       registered, attributes, capacity_provider, registered_at, updated_at, tags, used,
                       running_tasks, pending_tasks, client_token, sent_before, health, health_at, agent_key,
                       capacity))

using InstancePtr = std::shared_ptr<const ContainerInstance>;

/// Nobody's container instance: whoever asks for one does not find it.
inline bool is_managed(const ContainerInstance& instance) {
  return instance.capacity == CapacityUse::fargate;
}

/// Whether tasks of this launch type may be placed there.
inline bool serves(CapacityUse capacity, LaunchType launch_type) {
  switch (launch_type) {
    case LaunchType::FARGATE:
      return capacity == CapacityUse::fargate || capacity == CapacityUse::both;
    case LaunchType::EXTERNAL:
      return capacity == CapacityUse::external;
    case LaunchType::EC2:
    case LaunchType::MANAGED_INSTANCES:
      break;
  }
  return capacity == CapacityUse::instances || capacity == CapacityUse::both;
}

/// The value of an attribute; null when the instance does not have it.
inline const Attribute* find_attribute(const ContainerInstance& instance, std::string_view name) {
  for (const auto& attribute : instance.attributes) {
    if (attribute.name && *attribute.name == name) return &attribute;
  }
  return nullptr;
}

/// To be called whenever the attributes changed.
inline void take_provider(ContainerInstance& instance) {
  const auto* named = find_attribute(instance, provider_attribute);
  instance.capacity_provider = named != nullptr ? named->value.value_or("") : "";
}

/// Given by the user, not by the agent or by us.
inline bool is_custom(const Attribute& attribute) {
  const std::string_view name{*attribute.name};
  return !name.starts_with("ecs.") && !name.starts_with("com.amazonaws.");
}

}  // namespace troupe::core
