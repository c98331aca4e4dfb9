#pragma once

/// A small definition that breaks no rule, for tests to change one member of.

#include "actors/core/task_definition/registration.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace troupe::core::sample {

inline ContainerDefinition container(const std::string& name) {
  ContainerDefinition one;
  one.name = name;
  one.image = "busybox:1.36";
  one.memory = 64;
  return one;
}

/// One essential container `web`, mode bridge.
inline TaskDefinition definition() {
  TaskDefinition one;
  one.family = "site";
  one.containerDefinitions = {container("web")};
  return one;
}

/// What Fargate accepts: awsvpc, 256 CPU units, 512 MiB.
inline TaskDefinition fargate() {
  TaskDefinition one = definition();
  one.networkMode = NetworkMode::awsvpc;
  one.requiresCompatibilities = {Compatibility::FARGATE};
  one.cpu = "256";
  one.memory = "512";
  return one;
}

inline ContainerDefinition& web(TaskDefinition& one) {
  return one.containerDefinitions->front();
}

/// A second container that may depend on `web` or be depended on.
inline ContainerDefinition& add_container(TaskDefinition& one, const std::string& name) {
  return one.containerDefinitions->emplace_back(container(name));
}

inline PortMapping port(std::int32_t container_port, std::optional<std::int32_t> host_port = {}) {
  PortMapping mapping;
  mapping.containerPort = container_port;
  mapping.hostPort = host_port;
  return mapping;
}

inline KeyValuePair pair(const std::string& name, const std::string& value) {
  return {.name = name, .value = value};
}

inline ContainerDependency depends_on(const std::string& name, ContainerCondition condition) {
  return {.containerName = name, .condition = condition};
}

inline Volume volume(const std::string& name) {
  Volume one;
  one.name = name;
  return one;
}

inline MountPoint mount(const std::string& volume_name, const std::string& path) {
  return {.sourceVolume = volume_name, .containerPath = path, .readOnly = {}};
}

inline VolumeFrom volumes_from(const std::string& container_name) {
  return {.sourceContainer = container_name, .readOnly = {}};
}

inline Result<TaskDefinition> registered(TaskDefinition one) {
  return validate_and_normalise({.definition = std::move(one), .tags = {}});
}

/// As kept; the test fails when it is refused.
inline TaskDefinition stored(const TaskDefinition& one) {
  const auto result = registered(one);
  EXPECT_TRUE(result) << (result ? "" : result.error().message);
  return result ? *result : TaskDefinition{};
}

}  // namespace troupe::core::sample
