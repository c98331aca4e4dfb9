#pragma once

/// Tasks that failed, counted once each; what follows for launches and for the
/// circuit breaker.
///
/// Source: ECS API Reference, "Deployment" (failedTasks),
/// "DeploymentCircuitBreaker"; ECS Developer Guide, "Service throttle logic".

#include "actors/core/service/census.hpp"

namespace troupe::core {

/// Reasons with which the scheduler stops tasks.
inline constexpr const char* failed_container_checks = "Task failed container health checks";
std::string scaling_reason(std::uint64_t deployment);

enum class OnHealthyTask : std::uint8_t { reset, keep };

/// Counts the failures among the crew's stopped tasks that were not counted
/// yet, and starts afresh when a task turned out well.
/// A task failed when it ended without ever having been RUNNING, unless someone
/// stopped it, or when the scheduler stopped it for its health.
void count_failures(FailureTally& tally, const Crew& crew, OnHealthyTask on_healthy, Time now);

/// How many rounds of launches failed in a row.
int failed_rounds(const FailureTally& tally, std::int32_t desired);

/// When the next launch may be; absent: now. Doubles with every round.
std::optional<Time> launch_again_at(const FailureTally& tally, std::int32_t desired,
                                    const ServiceTiming& timing);

/// At how many failures the circuit breaker trips.
std::int32_t breaker_threshold(const DeploymentCircuitBreaker& breaker, std::int32_t desired);

/// `first`, doubled `times` times, at most `most`.
Millis doubled(Millis first, int times, Millis most);

}  // namespace troupe::core
