#pragma once

/// From the daemon's options to a node's, and the first steps of a start.

#include "actors/interfaces.hpp"
#include "actors/node/node_options.hpp"
#include "config/options.hpp"

#include <caf/actor_system.hpp>

#include <chrono>
#include <string>

namespace troupe::tools {

/// For the agent number `node` of this process.
node::NodeOptions node_options(const config::Options& options, unsigned node);

/// Creates the cluster unless it is there. @return what went wrong, or nothing.
std::string ensure_cluster(caf::actor_system& system, const RegistryActor& registry, const std::string& name);

/// Waits until so many agents are connected. @return what went wrong, or nothing.
std::string wait_for_agents(const EventStreamActor& events, std::size_t count, std::chrono::seconds deadline);

}  // namespace troupe::tools
