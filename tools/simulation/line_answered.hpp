#pragma once

/// What the line tells the registry that a host sees.

#include "actors/interfaces.hpp"

#include <cstdint>
#include <optional>

namespace troupe::simulation {

/// What became of a connection that was asked for; no session: it was refused.
struct LineAnswered {
  std::uint64_t number = 0;
  std::optional<AgentConnected> session;
};

using NearRegistryActor = RegistryActor::extend<caf::reacts_to<LineAnswered>>;

}  // namespace troupe::simulation

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::simulation::LineAnswered)
