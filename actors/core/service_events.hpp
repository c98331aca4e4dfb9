#pragma once

/// What Troupe tells the world about services, in the shapes of EventBridge's
/// ECS events. They join EventBody.
///
/// Source: ECS Developer Guide, "Amazon ECS service action events", "Amazon ECS
/// service deployment state change events".

#include "actors/core/describe.hpp"
#include "actors/core/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace troupe::core {

enum class ServiceEventType : std::uint8_t { INFO, WARN, ERROR };
BOOST_DESCRIBE_ENUM(ServiceEventType, INFO, WARN, ERROR)

/// In ECS's own words, whence the capitals.
enum class ServiceActionName : std::uint8_t {
  SERVICE_STEADY_STATE,
  TASKSET_STEADY_STATE,
  CAPACITY_PROVIDER_STEADY_STATE,
  SERVICE_DESIRED_COUNT_UPDATED,
  SERVICE_REBALANCING_STARTED,
  SERVICE_REBALANCING_COMPLETED,
  TASKS_STARTED,
  TASKS_STOPPED,
  SERVICE_TASK_START_IMPAIRED,
  SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED,
  SERVICE_TASK_PLACEMENT_FAILURE,
  SERVICE_TASK_CONFIGURATION_FAILURE
};
BOOST_DESCRIBE_ENUM(ServiceActionName, SERVICE_STEADY_STATE, TASKSET_STEADY_STATE,
                    CAPACITY_PROVIDER_STEADY_STATE, SERVICE_DESIRED_COUNT_UPDATED,
                    SERVICE_REBALANCING_STARTED, SERVICE_REBALANCING_COMPLETED, TASKS_STARTED, TASKS_STOPPED,
                    SERVICE_TASK_START_IMPAIRED, SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED,
                    SERVICE_TASK_PLACEMENT_FAILURE, SERVICE_TASK_CONFIGURATION_FAILURE)

/// "ECS Service Action"
struct ServiceAction {
  std::string cluster;  ///< Names, from which the ARNs follow.
  std::string service;
  ServiceEventType type = ServiceEventType::INFO;
  ServiceActionName name = ServiceActionName::SERVICE_STEADY_STATE;
  Time created_at{};
  std::vector<std::string> capacity_provider_arns;
  std::vector<std::string> container_instance_arns;
  std::vector<std::string> task_arns;
  std::vector<std::string> task_set_arns;
  std::string reason;
  std::optional<std::int32_t> desired_count;
  friend bool operator==(const ServiceAction&, const ServiceAction&) = default;
};
BOOST_DESCRIBE_STRUCT(ServiceAction, (),
                      (cluster, service, type, name, created_at, capacity_provider_arns,
                       container_instance_arns, task_arns, task_set_arns, reason, desired_count))

enum class DeploymentEventName : std::uint8_t {
  SERVICE_DEPLOYMENT_IN_PROGRESS,
  SERVICE_DEPLOYMENT_COMPLETED,
  SERVICE_DEPLOYMENT_FAILED
};
BOOST_DESCRIBE_ENUM(DeploymentEventName, SERVICE_DEPLOYMENT_IN_PROGRESS, SERVICE_DEPLOYMENT_COMPLETED,
                    SERVICE_DEPLOYMENT_FAILED)

/// "ECS Deployment State Change"
struct DeploymentStateChange {
  std::string cluster;
  std::string service;
  ServiceEventType type = ServiceEventType::INFO;
  DeploymentEventName name = DeploymentEventName::SERVICE_DEPLOYMENT_IN_PROGRESS;
  std::string deployment_id;  ///< "ecs-svc/N"
  Time updated_at{};
  std::string reason;
  friend bool operator==(const DeploymentStateChange&, const DeploymentStateChange&) = default;
};
BOOST_DESCRIBE_STRUCT(DeploymentStateChange, (),
                      (cluster, service, type, name, deployment_id, updated_at, reason))

using ServiceEventBody = std::variant<ServiceAction, DeploymentStateChange>;

}  // namespace troupe::core
