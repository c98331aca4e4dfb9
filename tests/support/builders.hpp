#pragma once

/// Task definitions and tasks in one line each, as tests need them.

#include "actors/core/records/task.hpp"

#include <string>
#include <vector>

namespace troupe::testing {

/// An essential container "<name>" of image "<name>:1" with 64 MiB.
core::ContainerDefinition container(const std::string& name);

/// A task definition "<family>:1" in network mode `mode`.
core::TaskDefinitionPtr definition(std::vector<core::ContainerDefinition> containers,
                                   const std::string& family = "web",
                                   core::NetworkMode mode = core::NetworkMode::host);

/// The id that is `number` and nothing else.
core::TaskId task_id(std::uint64_t number);

/// A task of this definition that was accepted and has not begun.
core::Task pending_task(std::uint64_t number, core::TaskDefinitionPtr definition,
                        const std::string& cluster = "default");

/// The same as a shared record.
inline core::TaskPtr shared(core::Task task) {
  return std::make_shared<const core::Task>(std::move(task));
}

/// `task` as the control plane has it once it was reported RUNNING.
core::Task running_task(core::Task task);

}  // namespace troupe::testing
