#pragma once

/// The texts of `dockerConfig`, read back into the members of a container definition that
/// they were made of: the reverse of the gateway's docker_texts.
///
/// Source: Docker Engine API, ContainerCreate; ECS API Reference, ContainerDefinition.

#include "actors/core/shapes/task_definition.hpp"
#include "api/wire/docker.hpp"

namespace troupe::api::agent_client {

/// Members that no text names stay as they are.
void take_config(const wire::docker::Config& config, core::ContainerDefinition& into);

/// @pre `into` has its `memory` already: Docker counts swap on top of it.
void take_host_config(const wire::docker::HostConfig& host, core::ContainerDefinition& into);

}  // namespace troupe::api::agent_client
