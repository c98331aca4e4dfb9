#pragma once

/// A session of TCS: what an instance's agent tells of usage and health. It holds no claim
/// on the instance; an agent may have it without a session of ACS, and lose either alone.

#include "actors/interfaces.hpp"
#include "api/agent_gateway/agent_socket.hpp"
#include "api/agent_gateway/telemetry.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <string>

namespace troupe::api::agent_gateway {

/// A frame, read, whose signature is good. `again`: its very bytes came before; it is
/// confirmed and counts for nothing.
struct TelemetryArrived {
  Telemetry frame;
  bool again = false;
};

/// The TCS SESSION actor interface.
using TcsSessionActor = caf::typed_actor<
    // From its connection, in order.
    caf::reacts_to<TelemetryArrived>,
    // From its connection: this was no frame of this agent.
    caf::reacts_to<FrameRefused>,
    // From its connection, last.
    caf::reacts_to<SocketClosed>>;

struct TcsHello {
  std::string cluster;
  core::InstanceId instance;
  core::Principal caller;
};

/// Looks for the instance at once; answers the upgrade either way.
TcsSessionActor spawn_tcs_session(caf::actor_system& system, RegistryActor registry, TcsHello hello,
                                  PendingUpgrade<TcsSessionActor> upgrade);

}  // namespace troupe::api::agent_gateway

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::api::agent_gateway::TelemetryArrived)
