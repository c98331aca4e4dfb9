/// The scheduler of one cluster.

#include "actors/control/scheduler.hpp"

#include "actors/core/placement/explain.hpp"

namespace troupe::control {
namespace {

/// One line for each of thousands of instances: made only when somebody reads them.
void log_refusals(const core::PlacementResult& result) {
  if (!spdlog::should_log(spdlog::level::debug)) return;
  for (const auto& refusal : result.refusals) {
    spdlog::debug("scheduler refuses instance {}: {} ({})", core::to_string(refusal.instance), refusal.reason,
                  refusal.detail);
  }
}

}  // namespace

Scheduler::Scheduler(caf::actor_config& config, std::shared_ptr<const core::Fleet> fleet)
    : Super(config), fleet_(*fleet) {}

Scheduler::behavior_type Scheduler::make_behavior() {
  return {
      [this](const PlaceTasks& ask) {
        auto result = std::make_shared<const core::PlacementResult>(core::place(fleet_, *ask.request));
        log_refusals(*result);
        return Placed{std::move(result)};
      },
      [this](const ExplainPlaces& ask) {
        return PlacesExplained{
            std::make_shared<const core::Explanation>(core::explain(fleet_, *ask.request))};
      },
      [this](const ReleaseTasks& ask) {
        for (const auto& task : ask.tasks) fleet_.release(task);
      },
      [this](const InstanceChanged& change) { fleet_.update(change.instance); },
  };
}

}  // namespace troupe::control
