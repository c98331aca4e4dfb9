#pragma once

/// Which callers may speak as the agent of which instance: the one rule for what comes
/// through the API and for sessions.

#include "actors/core/principal.hpp"
#include "actors/core/records/container_instance.hpp"

namespace troupe::core {

/// Whether `who` may register as, report for and hold sessions of `instance`: the
/// administrator for every one, an agent for the instance that its key registered. A task
/// speaks for none.
bool may_speak_for(const Principal& who, const ContainerInstance& instance);

/// Whether `who` may bring in a host that nobody knows yet.
bool may_bring_hosts(const Principal& who);

}  // namespace troupe::core
