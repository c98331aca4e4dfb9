#pragma once

/// Why a task finds no place, instance by instance, for whoever asks.

#include "actors/core/placement/placement.hpp"

#include <optional>
#include <string>
#include <vector>

namespace troupe::core {

struct Verdict {
  InstanceId instance;
  /// Of each filter that refuses, in the order in which they are asked; empty: the task fits.
  std::vector<Refusal> refusals;
};

struct Explanation {
  std::vector<Verdict> verdicts;  ///< In order of id; with named instances, of these in their order.
  /// The instance that lacks least; absent when there is none (of the capacity provider), or when one fits.
  std::optional<InstanceId> closest;
  /// ECS's sentence on it, as in service events: "The closest matching
  /// (container-instance ID) has insufficient CPU units available."; empty: one fits.
  std::string sentence;
};

/// What ECS says when it has no room for a FARGATE task: where it looked is nobody's affair.
inline constexpr const char* no_fargate_capacity =
    "Capacity is unavailable at this time. Please try again later or in a different availability zone";

/// Looks at every instance and asks every filter; changes nothing. Managed ones are shown to those who ask
/// for FARGATE tasks.
Explanation explain(const Fleet& fleet, const PlacementRequest& request);

/// ECS's sentence on one refusal.
/// Source: ECS Developer Guide, "Viewing service event messages".
std::string closest_sentence(const Refusal& refusal);

}  // namespace troupe::core
