#pragma once

/// The filters of placement: each says why one instance cannot take a task, or
/// nothing. The first that refuses names the reason.

#include "actors/core/placement/criteria.hpp"

#include <optional>
#include <span>

namespace troupe::core {

using Filter = std::optional<Refusal> (*)(const Fleet&, const FleetInstance&, const Criteria&);

struct NamedFilter {
  const char* name;
  Filter check;
  bool counts_for_daemons;  ///< Whether an instance that it refuses gets no task of a DAEMON service.
};

/// The name of the one that asks whose instance it is. An instance that it refuses is no candidate: ECS does
/// not name it in failures.
inline constexpr const char* provider_filter = "capacityProvider";

/// The name of the one that asks what its capacity is for; the same holds.
inline constexpr const char* launch_type_filter = "launchType";

/// Whether the one who refuses is no candidate at all.
bool is_stranger(const Refusal& refusal);

/// In the order in which they are asked.
std::span<const NamedFilter> filters();

/// What the first filter that refuses says.
std::optional<Refusal> first_refusal(const Fleet& fleet, const FleetInstance& instance,
                                     const Criteria& criteria);

}  // namespace troupe::core
