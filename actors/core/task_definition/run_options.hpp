#pragma once

/// What RunTask, StartTask and services may say of a definition for one task:
/// overrides and the network configuration.

#include "actors/core/result.hpp"
#include "actors/core/shapes/placement.hpp"
#include "actors/core/shapes/task_definition.hpp"

#include <optional>
#include <vector>

namespace troupe::core {

/// Errors: InvalidParameterException, for task sizes ClientException.
/// Source: ECS API Reference, TaskOverride and ContainerOverride; the JSON of the
/// overrides has at most 8192 characters.
Result<void> validate_overrides(const TaskDefinition& definition, const TaskOverride& overrides);

/// The containers as this task runs them: command, environment files and resource
/// requirements replaced, environment merged by name (the override wins, new names
/// follow in their order), cpu, memory and memoryReservation replaced.
std::vector<ContainerDefinition> effective_containers(const TaskDefinition& definition,
                                                      const TaskOverride& overrides);

/// The overrides as DescribeTasks echoes them: one entry for each container, and
/// an empty list where AWS has one.
TaskOverride echoed_overrides(const TaskDefinition& definition, TaskOverride overrides);

/// awsvpc requires a configuration with 1–16 subnets and at most 5 security groups;
/// every other mode forbids one. assignPublicIp ENABLED needs FARGATE.
/// Errors: InvalidParameterException.
/// Source: ECS API Reference, RunTask, AwsVpcConfiguration.
Result<void> validate_network_configuration(const TaskDefinition& definition,
                                            const std::optional<NetworkConfiguration>& configuration,
                                            LaunchType launch_type = LaunchType::EC2);

}  // namespace troupe::core
