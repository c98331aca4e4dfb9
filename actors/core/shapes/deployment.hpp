#pragma once

/// How a service's tasks are replaced: percentages, circuit breaker, strategies, lifecycle hooks.
///
/// Members carry ECS's own names: these structs are the vocabulary that the wire,
/// the records and the journal share. An absent member was not given.
/// Source: ECS API Reference, "Data Types", API version 2014-11-13.

#include "actors/core/describe.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

enum class DeploymentControllerType : std::uint8_t { ECS, CODE_DEPLOY, EXTERNAL };
BOOST_DESCRIBE_ENUM(DeploymentControllerType, ECS, CODE_DEPLOY, EXTERNAL)

struct DeploymentController {
  std::optional<DeploymentControllerType> type;
  friend bool operator==(const DeploymentController&, const DeploymentController&) = default;
};
BOOST_DESCRIBE_STRUCT(DeploymentController, (), (type))

enum class ThresholdType : std::uint8_t { COUNT, BOUNDED_PERCENT, UNBOUNDED_PERCENT };
BOOST_DESCRIBE_ENUM(ThresholdType, COUNT, BOUNDED_PERCENT, UNBOUNDED_PERCENT)

struct ThresholdConfiguration {
  std::optional<ThresholdType> type;
  std::optional<std::int32_t> value;
  friend bool operator==(const ThresholdConfiguration&, const ThresholdConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(ThresholdConfiguration, (), (type, value))

struct DeploymentCircuitBreaker {
  std::optional<bool> enable;
  std::optional<bool> rollback;
  std::optional<bool> resetOnHealthyTask;
  std::optional<ThresholdConfiguration> thresholdConfiguration;
  friend bool operator==(const DeploymentCircuitBreaker&, const DeploymentCircuitBreaker&) = default;
};
BOOST_DESCRIBE_STRUCT(DeploymentCircuitBreaker, (),
                      (enable, rollback, resetOnHealthyTask, thresholdConfiguration))

struct DeploymentAlarms {
  std::optional<std::vector<std::string>> alarmNames;
  std::optional<bool> rollback;
  std::optional<bool> enable;
  friend bool operator==(const DeploymentAlarms&, const DeploymentAlarms&) = default;
};
BOOST_DESCRIBE_STRUCT(DeploymentAlarms, (), (alarmNames, rollback, enable))

enum class DeploymentStrategy : std::uint8_t { ROLLING, BLUE_GREEN, LINEAR, CANARY };
BOOST_DESCRIBE_ENUM(DeploymentStrategy, ROLLING, BLUE_GREEN, LINEAR, CANARY)

enum class DeploymentLifecycleHookTargetType : std::uint8_t { AWS_LAMBDA, PAUSE };
BOOST_DESCRIBE_ENUM(DeploymentLifecycleHookTargetType, AWS_LAMBDA, PAUSE)

enum class DeploymentLifecycleHookStage : std::uint8_t {
  RECONCILE_SERVICE,
  PRE_SCALE_UP,
  POST_SCALE_UP,
  TEST_TRAFFIC_SHIFT,
  POST_TEST_TRAFFIC_SHIFT,
  PRE_PRODUCTION_TRAFFIC_SHIFT,
  PRODUCTION_TRAFFIC_SHIFT,
  POST_PRODUCTION_TRAFFIC_SHIFT
};
BOOST_DESCRIBE_ENUM(DeploymentLifecycleHookStage, RECONCILE_SERVICE, PRE_SCALE_UP, POST_SCALE_UP,
                    TEST_TRAFFIC_SHIFT, POST_TEST_TRAFFIC_SHIFT, PRE_PRODUCTION_TRAFFIC_SHIFT,
                    PRODUCTION_TRAFFIC_SHIFT, POST_PRODUCTION_TRAFFIC_SHIFT)

enum class DeploymentLifecycleHookAction : std::uint8_t { ROLLBACK, CONTINUE };
BOOST_DESCRIBE_ENUM(DeploymentLifecycleHookAction, ROLLBACK, CONTINUE)

/// Any JSON value: what the hook's target is handed.
struct HookDetails {
  std::string json;  ///< Without blanks between its tokens.
  friend bool operator==(const HookDetails&, const HookDetails&) = default;
};
BOOST_DESCRIBE_STRUCT(HookDetails, (), (json))

struct DeploymentLifecycleHookTimeoutConfiguration {
  std::optional<std::int32_t> timeoutInMinutes;
  std::optional<DeploymentLifecycleHookAction> action;
  friend bool operator==(const DeploymentLifecycleHookTimeoutConfiguration&,
                         const DeploymentLifecycleHookTimeoutConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(DeploymentLifecycleHookTimeoutConfiguration, (), (timeoutInMinutes, action))

struct DeploymentLifecycleHook {
  std::optional<DeploymentLifecycleHookTargetType> targetType;
  std::optional<std::string> hookTargetArn;
  std::optional<std::string> roleArn;
  std::optional<std::vector<DeploymentLifecycleHookStage>> lifecycleStages;
  std::optional<HookDetails> hookDetails;
  std::optional<DeploymentLifecycleHookTimeoutConfiguration> timeoutConfiguration;
  friend bool operator==(const DeploymentLifecycleHook&, const DeploymentLifecycleHook&) = default;
};
BOOST_DESCRIBE_STRUCT(DeploymentLifecycleHook, (),
                      (targetType, hookTargetArn, roleArn, lifecycleStages, hookDetails,
                       timeoutConfiguration))

struct LinearConfiguration {
  std::optional<double> stepPercent;
  std::optional<std::int32_t> stepBakeTimeInMinutes;
  friend bool operator==(const LinearConfiguration&, const LinearConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(LinearConfiguration, (), (stepPercent, stepBakeTimeInMinutes))

struct CanaryConfiguration {
  std::optional<double> canaryPercent;
  std::optional<std::int32_t> canaryBakeTimeInMinutes;
  friend bool operator==(const CanaryConfiguration&, const CanaryConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(CanaryConfiguration, (), (canaryPercent, canaryBakeTimeInMinutes))

struct DeploymentConfiguration {
  std::optional<DeploymentCircuitBreaker> deploymentCircuitBreaker;
  std::optional<std::int32_t> maximumPercent;
  std::optional<std::int32_t> minimumHealthyPercent;
  std::optional<DeploymentAlarms> alarms;
  std::optional<DeploymentStrategy> strategy;
  std::optional<std::int32_t> bakeTimeInMinutes;
  std::optional<std::vector<DeploymentLifecycleHook>> lifecycleHooks;
  std::optional<LinearConfiguration> linearConfiguration;
  std::optional<CanaryConfiguration> canaryConfiguration;
  friend bool operator==(const DeploymentConfiguration&, const DeploymentConfiguration&) = default;
};
BOOST_DESCRIBE_STRUCT(DeploymentConfiguration, (),
                      (deploymentCircuitBreaker, maximumPercent, minimumHealthyPercent, alarms, strategy,
                       bakeTimeInMinutes, lifecycleHooks, linearConfiguration, canaryConfiguration))

}  // namespace troupe::core
