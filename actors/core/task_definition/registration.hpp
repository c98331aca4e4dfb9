#pragma once

/// Admission of a task definition: what RegisterTaskDefinition accepts, and the
/// form in which it is stored and echoed. Pure: no clock, no I/O.

#include "actors/core/result.hpp"
#include "actors/core/shapes/task_definition.hpp"

#include <vector>

namespace troupe::core {

/// The members of RegisterTaskDefinitionRequest. Members of `definition` that the
/// request does not have (revision, status, ARN, …) are ignored.
struct TaskDefinitionInput {
  TaskDefinition definition;
  std::vector<Tag> tags;
};

/// Checks every rule and fills in the defaults that ECS stores.
///
/// The result lacks what only the registry knows: taskDefinitionArn, revision,
/// status, registeredAt, registeredBy. `compatibilities` and `requiresAttributes`
/// are computed. Normalising a normalised definition changes nothing.
///
/// Errors: the first rule broken, in ECS's own words where they are known;
/// ClientException, for tags InvalidParameterException.
/// Source: ECS API Reference, RegisterTaskDefinition; ECS Developer Guide, "Task
/// definition parameters".
Result<TaskDefinition> validate_and_normalise(TaskDefinitionInput input);

/// What an instance must carry so that the task can be placed on it: the stored
/// requiresAttributes, and the platform (ecs.cpu-architecture, ecs.os-type) that
/// runtimePlatform asks for. An attribute with a value needs an equal value.
std::vector<Attribute> placement_attributes(const TaskDefinition& definition);

}  // namespace troupe::core
