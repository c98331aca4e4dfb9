#pragma once

/// The parts of a container definition that agents know only in Docker's own words:
/// the texts of `dockerConfig`.
///
/// Source: Docker Engine API, ContainerCreate; ECS API Reference, ContainerDefinition.

#include "actors/core/shapes/task_definition.hpp"
#include "api/wire/docker.hpp"

#include <string>

namespace troupe::api::agent_gateway {

wire::docker::Config docker_config(const core::ContainerDefinition& container);

/// The network's name is left out in mode awsvpc, where the agent chooses it.
wire::docker::HostConfig docker_host_config(core::NetworkMode network,
                                            const core::ContainerDefinition& container);

/// The least level of the Docker API that has all that this container asks for, "1.21".
std::string docker_api_version(const core::ContainerDefinition& container);

/// True when Docker is to watch the container's health.
bool is_health_checked(const core::ContainerDefinition& container);

}  // namespace troupe::api::agent_gateway
