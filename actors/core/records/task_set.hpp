#pragma once

/// What Troupe keeps of a task set: the tasks of one revision in a service whose
/// deployments are made from outside (controllers EXTERNAL and CODE_DEPLOY).
///
/// Source: ECS API Reference, "TaskSet".

#include "actors/core/records/failure_tally.hpp"
#include "actors/core/shapes/resources.hpp"
#include "actors/core/shapes/service.hpp"

#include <string>
#include <vector>

namespace troupe::core {

enum class TaskSetStatus : std::uint8_t { PRIMARY, ACTIVE, DRAINING };
BOOST_DESCRIBE_ENUM(TaskSetStatus, PRIMARY, ACTIVE, DRAINING)

struct TaskSet {
  std::uint64_t id = 0;        ///< "ecs-svc/N"; its tasks are started by it.
  std::uint64_t revision = 0;  ///< Number of its ServiceRevision.
  TaskSetStatus status = TaskSetStatus::ACTIVE;
  std::string external_id;
  std::string started_by;
  double scale_percent = 0;
  StabilityStatus stability = StabilityStatus::STABILIZING;
  Time stability_at{};
  Time created_at{};
  Time updated_at{};
  std::vector<Tag> tags;
  std::string client_token;
  std::string request_digest;
  FailureTally failures;
  friend bool operator==(const TaskSet&, const TaskSet&) = default;
};
BOOST_DESCRIBE_STRUCT(TaskSet, (),
                      (id, revision, status, external_id, started_by, scale_percent, stability, stability_at,
                       created_at, updated_at, tags, client_token, request_digest, failures))

}  // namespace troupe::core
