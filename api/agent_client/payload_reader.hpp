#pragma once

/// A task out of a payload: the reverse of the gateway's payload_task. Pure.
///
/// What a host's runtime acts on is the same before and after: a test plans both. The
/// overrides are part of the definition already, so the task has none. Of a task in mode
/// awsvpc the ports are missing, which no runtime needs.
///
/// Source: the agent's model of ACS; behaviour of Amazon's agent 1.105.

#include "actors/core/records/task.hpp"
#include "api/wire/acs_task.hpp"

namespace troupe::api::agent_client {

/// The id at the end of a task's ARN. InvalidParameterException when it is not one of
/// `realm` and `cluster`.
core::Result<core::TaskId> task_id_of(const core::Realm& realm, const std::string& cluster,
                                      const std::string& arn);

/// The task as a host needs it: its id, its definition, what it belongs to. All else of the
/// record is as of a task that has not begun.
///
/// Errors: InvalidParameterException, in Amazon's agent's words, for a task that no host
/// could run.
core::Result<core::Task> read_task(const core::Realm& realm, const std::string& cluster,
                                   const wire::acs::Task& payload);

}  // namespace troupe::api::agent_client
