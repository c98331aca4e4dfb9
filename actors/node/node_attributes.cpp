/// The attributes of a host of this build.

#include "actors/node/node_attributes.hpp"

#include <array>

namespace troupe::node {
namespace {

/// Docker API levels stand for features that the node has: all the agent reports.
constexpr std::array<const char*, 28> names = {"com.amazonaws.ecs.capability.docker-remote-api.1.17",
                                               "com.amazonaws.ecs.capability.docker-remote-api.1.18",
                                               "com.amazonaws.ecs.capability.docker-remote-api.1.19",
                                               "com.amazonaws.ecs.capability.docker-remote-api.1.20",
                                               "com.amazonaws.ecs.capability.docker-remote-api.1.21",
                                               "com.amazonaws.ecs.capability.docker-remote-api.1.22",
                                               "com.amazonaws.ecs.capability.docker-remote-api.1.23",
                                               "com.amazonaws.ecs.capability.docker-remote-api.1.24",
                                               "com.amazonaws.ecs.capability.docker-remote-api.1.25",
                                               "com.amazonaws.ecs.capability.docker-remote-api.1.28",
                                               "com.amazonaws.ecs.capability.docker-remote-api.1.29",
                                               "com.amazonaws.ecs.capability.docker-remote-api.1.30",
                                               "com.amazonaws.ecs.capability.docker-remote-api.1.32",
                                               "com.amazonaws.ecs.capability.ecr-auth",
                                               "com.amazonaws.ecs.capability.logging-driver.json-file",
                                               "com.amazonaws.ecs.capability.privileged-container",
                                               "com.amazonaws.ecs.capability.task-iam-role",
                                               "com.amazonaws.ecs.capability.task-iam-role-network-host",
                                               "ecs.capability.container-health-check",
                                               "ecs.capability.container-ordering",
                                               "ecs.capability.container-restart-policy",
                                               "ecs.capability.docker-plugin.local",
                                               "ecs.capability.execution-role-ecr-pull",
                                               "ecs.capability.full-sync",
                                               "ecs.capability.increased-task-cpu-limit",
                                               "ecs.capability.pid-ipc-namespace-sharing",
                                               "ecs.capability.task-cpu-mem-limit",
                                               "ecs.capability.task-eni"};

core::Attribute attribute(const char* name, std::optional<std::string> value) {
  return {.name = name, .value = std::move(value), .targetType = {}, .targetId = {}};
}

}  // namespace

std::vector<core::Attribute> supported_attributes() {
  std::vector<core::Attribute> attributes;
  for (const char* name : names) attributes.push_back(attribute(name, std::nullopt));
  attributes.push_back(attribute("ecs.os-type", "linux"));
  attributes.push_back(attribute("ecs.os-family", "LINUX"));
#if defined(__aarch64__)
  attributes.push_back(attribute("ecs.cpu-architecture", "arm64"));
#elif defined(__x86_64__)
  attributes.push_back(attribute("ecs.cpu-architecture", "x86_64"));
#endif
  return attributes;
}

}  // namespace troupe::node
