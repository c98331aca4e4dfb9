#pragma once

/// A placed task as its instance's agent is told it: all of the task definition, the
/// overrides and the placement, in the agent's own shapes and exact types.
///
/// Pure. What differs from the definition, and why:
/// - environment and overrides are merged here; the agent's `overrides` stay "{}";
/// - what an agent knows only in Docker's words is in the texts of `dockerConfig`;
/// - a task in mode awsvpc has an interface and no port mappings, which Docker would refuse;
/// - a host volume always has a `host`, even an empty one.
///
/// Source: the agent's model of ACS; behaviour of Amazon's agent 1.105.

#include "api/agent_gateway/task_credentials.hpp"

namespace troupe::api::agent_gateway {

/// The credentials that go with a task; absent: it has no such role, or nobody issues them.
struct TaskRoles {
  std::optional<RoleCredentials> task;
  std::optional<RoleCredentials> execution;
};

/// A task that is to run.
wire::acs::Task payload_task(const core::Realm& realm, const core::Task& task, const TaskRoles& roles);

/// A task that is to stop; this much is enough.
wire::acs::Task payload_stop(const core::Realm& realm, const std::string& cluster, const core::TaskId& task);

/// One of its containers, with the overrides applied.
wire::acs::Container payload_container(const core::Realm& realm, const core::Task& task,
                                       const core::ContainerDefinition& container);

/// The interface of a task in mode awsvpc; none in others.
std::optional<std::vector<wire::acs::ElasticNetworkInterface>> payload_interfaces(const core::Realm& realm,
                                                                                  const core::Task& task);

}  // namespace troupe::api::agent_gateway
