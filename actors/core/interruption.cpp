/// Interruptions of FARGATE_SPOT.

#include "actors/core/interruption.hpp"

#include "actors/core/launch_type.hpp"

namespace troupe::core {

Result<void> check_interruption(const Task& task) {
  if (task.launch->capacity_provider != fargate_spot_provider) {
    return invalid_parameter("Only tasks of the capacity provider FARGATE_SPOT can be interrupted.");
  }
  if (task.desired_status == DesiredStatus::STOPPED) {
    return invalid_parameter("The task is stopped already.");
  }
  return {};
}

}  // namespace troupe::core
