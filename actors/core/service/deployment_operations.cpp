/// StopServiceDeployment and ContinueServiceDeployment.

#include "actors/core/service/deployments.hpp"
#include "actors/core/service/service.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

using enum ServiceDeploymentStatus;

Error not_found() {
  return {ErrorCode::service_deployment_not_found, "The service deployment was not found."};
}

}  // namespace

Result<ServiceChange> decide(const ServiceState& state, const std::string& id,
                             const StopServiceDeployment& command, const Stamp& stamp) {
  Draft draft{state, stamp};
  const auto* history = draft.history(id);
  if (history == nullptr) return not_found();
  const bool stoppable = history->status == PENDING || history->status == IN_PROGRESS;
  if (!stoppable || draft.service().current_deployment != id) {
    return Error{ErrorCode::conflict, std::string{"The service deployment cannot be stopped in status "} +
                                          name_of(history->status) + "."};
  }
  const bool back = command.type == StopServiceDeploymentStopType::ROLLBACK;
  if (back && draft.service().stable_revision == 0) {
    return Error{ErrorCode::conflict,
                 "The service deployment cannot be rolled back: the service has no completed deployment."};
  }
  fail_deployment(draft, {"Service deployment stop request", "stopped by user.", back});
  return draft.finish();
}

Result<ServiceChange> decide(const ServiceState& state, const std::string& id,
                             const ContinueServiceDeployment& command, const Stamp& stamp) {
  Draft draft{state, stamp};
  const auto* history = draft.history(id);
  if (history == nullptr) return not_found();
  const auto none =
      invalid_parameter("The service deployment has no hook " + command.hook_id + " that awaits an action.");
  if (!history->progress) return none;
  auto& hooks = draft.edit_history(id).progress->hooks;
  const auto waiting = std::ranges::find_if(hooks, [&](const LifecycleHookRun& run) {
    return run.id == command.hook_id && run.status == DeploymentLifecycleHookStatus::AWAITING_ACTION;
  });
  if (waiting == hooks.end()) return none;
  waiting->status = command.action == DeploymentLifecycleHookAction::CONTINUE
                        ? DeploymentLifecycleHookStatus::SUCCEEDED
                        : DeploymentLifecycleHookStatus::FAILED;
  return draft.finish();
}

}  // namespace troupe::core
