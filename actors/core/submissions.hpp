#pragma once

/// What agents submit through the API, read as reports on tasks.
///
/// Submissions may be repeated, lag behind, and name a container twice; reports are
/// applied in order and never move anything back, so that each of these is harmless.
///
/// Source: ECS API Reference, SubmitTaskStateChange; behaviour of Amazon's agent 1.105.

#include "actors/core/agent_commands.hpp"
#include "actors/core/result.hpp"
#include "actors/core/task_report.hpp"

namespace troupe::core {

/// InvalidParameterException for a status that there is not, and for an attachment's details that
/// are none: an agent drops such a submission, and submits any other refused one for ever.
Result<void> check(const SubmitTaskState& command);
Result<void> check(const SubmitAttachmentStates& command);

/// `command` about `task`. Texts are cut to what ECS keeps: 1024 characters of a
/// reason, 255 of a runtime id or digest. A task that stops before any container ran
/// failed to start.
TaskReport report_of(const SubmitTaskState& command, const Task& task);

/// The attachments of `task` that `attachments` names are as said there: with the addresses that
/// their details say, or else those that the agent was told (task_interface.hpp).
TaskReport report_of(const std::vector<SubmittedAttachment>& attachments, const Task& task);

}  // namespace troupe::core
