#pragma once

/// FARGATE_SPOT takes its capacity back: Troupe's own operation InterruptTask,
/// which `troupe interrupt` asks, so that what happens seldom in AWS can be tried.
///
/// The task hears the warning as SIGTERM; who has not ended after its stopTimeout,
/// 120 s at most, is killed.
///
/// Source: ECS Developer Guide, "Amazon ECS clusters for Fargate", "Handling Fargate Spot
/// termination notices".

#include "actors/core/records/task.hpp"
#include "actors/core/result.hpp"

#include <string>

namespace troupe::core {

/// By id or ARN.
struct InterruptTask {
  std::string task;
};

inline constexpr TaskStopCode interruption_code = TaskStopCode::SpotInterruption;
inline constexpr const char* interruption_reason = "Your Spot Task was interrupted.";

/// Only a task of FARGATE_SPOT that nobody has stopped can be interrupted.
/// Errors: InvalidParameterException.
Result<void> check_interruption(const Task& task);

}  // namespace troupe::core
