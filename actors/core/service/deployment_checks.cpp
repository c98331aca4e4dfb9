/// The deployment configuration: defaults, merging, limits.

#include "actors/core/service/checks.hpp"

#include <algorithm>

namespace troupe::core {
namespace {

using HookStage = DeploymentLifecycleHookStage;

bool is_between(std::int32_t value, std::int32_t least, std::int32_t most) {
  return value >= least && value <= most;
}

Result<void> check_percents(const DeploymentConfiguration& full, SchedulingStrategy strategy) {
  const auto least = full.minimumHealthyPercent.value_or(100);
  const auto most = full.maximumPercent.value_or(200);
  if (strategy == SchedulingStrategy::DAEMON && most > 100) {
    return invalid_parameter(
        "The daemon scheduling strategy does not support values above 100 for maximumPercent on a "
        "deployment configuration. Change the maximumPercent value to 100, and try again");
  }
  if (!is_between(least, 0, 100)) {
    return invalid_parameter("minimumHealthyPercent must be between 0 and 100.");
  }
  if (most < 100) return invalid_parameter("maximumPercent must be greater than or equal to 100.");
  if (least == 100 && most == 100) {
    return invalid_parameter(
        "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.");
  }
  return {};
}

Result<void> check_breaker(const DeploymentConfiguration& full) {
  const auto breaker = full.deploymentCircuitBreaker.value_or(DeploymentCircuitBreaker{});
  const auto threshold = breaker.thresholdConfiguration.value_or(ThresholdConfiguration{});
  const auto value = threshold.value.value_or(50);
  const bool bounded =
      threshold.type.value_or(ThresholdType::BOUNDED_PERCENT) == ThresholdType::BOUNDED_PERCENT;
  if (value < 1) return invalid_parameter("The circuit breaker threshold value must be at least 1.");
  if (bounded && value > 100) {
    return invalid_parameter("The circuit breaker threshold value must be at most 100 for BOUNDED_PERCENT.");
  }
  return {};
}

Result<void> check_hook(const DeploymentLifecycleHook& hook) {
  const auto stages = hook.lifecycleStages.value_or(std::vector<HookStage>{});
  if (stages.empty()) return invalid_parameter("The lifecycle stages of a hook can not be empty.");
  const bool pause = hook.targetType == DeploymentLifecycleHookTargetType::PAUSE;
  if (!pause && hook.hookTargetArn.value_or("").empty()) {
    return invalid_parameter("The hookTargetArn of an AWS_LAMBDA hook can not be blank.");
  }
  const auto shifts = [](HookStage stage) {
    return stage == HookStage::TEST_TRAFFIC_SHIFT || stage == HookStage::PRODUCTION_TRAFFIC_SHIFT;
  };
  if (pause && std::ranges::any_of(stages, shifts)) {
    return invalid_parameter(
        "PAUSE hooks are not supported at the stages TEST_TRAFFIC_SHIFT and PRODUCTION_TRAFFIC_SHIFT.");
  }
  const auto timeout = hook.timeoutConfiguration.value_or(DeploymentLifecycleHookTimeoutConfiguration{});
  if (!is_between(timeout.timeoutInMinutes.value_or(1440), 1, 20160)) {
    return invalid_parameter("The timeout of a lifecycle hook must be between 1 and 20160 minutes.");
  }
  return {};
}

Result<void> check_steps(const DeploymentConfiguration& full) {
  const auto linear = full.linearConfiguration.value_or(LinearConfiguration{});
  const auto step = linear.stepPercent.value_or(10.0);
  if (step < 3.0 || step > 100.0) {
    return invalid_parameter("stepPercent must be between 3.0 and 100.0.");
  }
  const auto canary = full.canaryConfiguration.value_or(CanaryConfiguration{});
  const auto share = canary.canaryPercent.value_or(5.0);
  if (share < 0.1 || share > 100.0) {
    return invalid_parameter("canaryPercent must be between 0.1 and 100.0.");
  }
  const bool bakes = is_between(linear.stepBakeTimeInMinutes.value_or(6), 0, 1440) &&
                     is_between(canary.canaryBakeTimeInMinutes.value_or(10), 0, 1440) &&
                     is_between(full.bakeTimeInMinutes.value_or(0), 0, 1440);
  if (!bakes) return invalid_parameter("Bake times must be between 0 and 1440 minutes.");
  return {};
}

/// Strategies that shift traffic.
Result<void> check_shifting(const DeploymentConfiguration& full, SchedulingStrategy strategy,
                            DeploymentControllerType controller, const ServiceTemplate& what) {
  const auto kind = full.strategy.value_or(DeploymentStrategy::ROLLING);
  if (kind == DeploymentStrategy::ROLLING) return {};
  const std::string name = name_of(kind);
  if (controller != DeploymentControllerType::ECS || strategy == SchedulingStrategy::DAEMON) {
    return invalid_parameter("The " + name +
                             " deployment strategy is supported only for REPLICA services with the ECS "
                             "deployment controller.");
  }
  const bool connected = what.connect && what.connect->enabled.value_or(false);
  if (what.load_balancers.empty() && !connected) {
    return invalid_parameter("The " + name +
                             " deployment strategy requires a load balancer or Service Connect.");
  }
  if (kind == DeploymentStrategy::BLUE_GREEN && !full.bakeTimeInMinutes) {
    return invalid_parameter("bakeTimeInMinutes is required for the BLUE_GREEN deployment strategy.");
  }
  return check_steps(full);
}

}  // namespace

DeploymentConfiguration with_defaults(const DeploymentConfiguration& given, SchedulingStrategy strategy) {
  auto full = given;
  const bool daemon = strategy == SchedulingStrategy::DAEMON;
  if (!full.maximumPercent) full.maximumPercent = daemon ? 100 : 200;
  if (!full.minimumHealthyPercent) full.minimumHealthyPercent = daemon ? 0 : 100;
  auto& breaker = full.deploymentCircuitBreaker;
  if (!breaker) breaker.emplace();
  if (!breaker->enable) breaker->enable = false;
  if (!breaker->rollback) breaker->rollback = false;
  if (!full.strategy) full.strategy = DeploymentStrategy::ROLLING;
  return full;
}

DeploymentConfiguration merged(const DeploymentConfiguration& known, const DeploymentConfiguration& given) {
  auto result = known;
  boost::mp11::mp_for_each<Fields<DeploymentConfiguration>>([&](auto field) {
    if (given.*field.pointer) result.*field.pointer = given.*field.pointer;
  });
  return result;
}

Result<void> check_hook_targets(const std::optional<DeploymentConfiguration>& given, HookTargets targets) {
  if (!given || !given->lifecycleHooks || targets == HookTargets::pause_and_lambda) return {};
  const bool calls = std::ranges::any_of(*given->lifecycleHooks, [](const DeploymentLifecycleHook& hook) {
    return hook.targetType != DeploymentLifecycleHookTargetType::PAUSE;
  });
  if (!calls) return {};
  return invalid_parameter(
      "Lifecycle hooks with the target type AWS_LAMBDA are not supported: there is no AWS Lambda here to "
      "invoke. Use the target type PAUSE.");
}

Result<void> check_deployment_configuration(const DeploymentConfiguration& full, SchedulingStrategy strategy,
                                            DeploymentControllerType controller,
                                            const ServiceTemplate& what) {
  if (auto ok = check_percents(full, strategy); !ok) return ok;
  if (auto ok = check_breaker(full); !ok) return ok;
  const bool breaks = full.deploymentCircuitBreaker && full.deploymentCircuitBreaker->enable.value_or(false);
  if (breaks && controller != DeploymentControllerType::ECS) {
    return invalid_parameter(
        "The deployment circuit breaker is supported only for services with the ECS deployment controller.");
  }
  for (const auto& hook : full.lifecycleHooks.value_or(std::vector<DeploymentLifecycleHook>{})) {
    if (auto ok = check_hook(hook); !ok) return ok;
  }
  return check_shifting(full, strategy, controller, what);
}

}  // namespace troupe::core
