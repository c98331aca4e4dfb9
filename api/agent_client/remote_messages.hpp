#pragma once

/// What the uplink tells the actors that stand for a remote control plane.

#include "actors/interfaces.hpp"
#include "api/agent_client/uplink.hpp"

namespace troupe::api::agent_client {

enum class Session : std::uint8_t { acs, tcs };

/// `call` is the number that the caller gave it.
struct CallAnswered {
  std::uint64_t call = 0;
  CallAnswer answer;
};

/// `dial` counts the attempts of a session: news of one that was given up is passed over.
struct LinkOpened {
  Session session = Session::acs;
  std::uint64_t dial = 0;
};

struct LinkSaid {
  Session session = Session::acs;
  std::uint64_t dial = 0;
  std::string frame;
};

struct LinkOver {
  Session session = Session::acs;
  std::uint64_t dial = 0;
  LinkEnd end;
};

/// The REMOTE REGISTRY actor interface: the registry of a control plane elsewhere, as far as
/// hosts ask it. What else a registry answers is an error here.
using RemoteRegistryActor = RegistryActor::extend<
    // From the uplink.
    caf::reacts_to<CallAnswered>>;

/// The REMOTE INSTANCE actor interface: a container instance elsewhere, as its agent sees it.
using RemoteInstanceActor = InstanceActor::extend<
    // From the uplink.
    caf::reacts_to<CallAnswered>,
    // From the uplink.
    caf::reacts_to<LinkOpened>,
    // From the uplink.
    caf::reacts_to<LinkSaid>,
    // From the uplink.
    caf::reacts_to<LinkOver>>;

}  // namespace troupe::api::agent_client

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::api::agent_client::CallAnswered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::api::agent_client::LinkOpened)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::api::agent_client::LinkSaid)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::api::agent_client::LinkOver)
