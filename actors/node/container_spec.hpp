#pragma once

/// One container of a task in the runtime's words. Internal to container_plan.

#include "actors/core/shapes/task_definition.hpp"
#include "actors/node/container_plan.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::node {

/// Where the bytes of a volume are: a host path, or a named volume of the runtime.
struct VolumeSource {
  std::string name;
  bool named = false;
  bool ends_with_task = false;  ///< A named volume that is the task's alone.
};

/// What cgroups take at least; ECS gives it to a container without a share.
inline constexpr std::int64_t cpu_shares_min = 2;

/// Where the container of this name stands; their number when it is none of them.
std::size_t index_of(const std::vector<core::ContainerDefinition>& containers, const std::string& name);

/// A host volume with a path is that path; without one, and with Docker's scope
/// `task`, it is a volume of the task; with scope `shared` one of the host.
VolumeSource volume_source(const core::Volume& volume, const std::string& task_id, std::size_t index);

/// The name, in the sandbox, of the network that the container at `index` joins.
std::string network_name(core::NetworkMode mode, std::size_t index);

/// What of the definition this node cannot honour; nothing when it can.
std::optional<std::string> unsupported_reason(const core::TaskDefinition& definition,
                                              const std::vector<core::ContainerDefinition>& containers);

/// What of it would reach beyond the task's own sandbox, which a FARGATE task may not.
std::optional<std::string> not_for_fargate(const core::TaskDefinition& definition,
                                           const std::vector<core::ContainerDefinition>& containers);

/// @param containers  As this task runs them, overrides applied.
runtime::ContainerSpec container_spec(const core::TaskDefinition& definition,
                                      const std::vector<core::ContainerDefinition>& containers,
                                      std::size_t index, const TaskIdentity& identity);

}  // namespace troupe::node
