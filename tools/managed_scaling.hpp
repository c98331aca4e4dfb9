#pragma once

/// Puts managed scaling together: the bridge of the machines, the server's address on it, the table
/// of groups, and the actor that watches.

#include "actors/cast.hpp"
#include "actors/control/scaler.hpp"
#include "api/http/server.hpp"
#include "config/options.hpp"
#include "runtime/result.hpp"
#include "tools/connection.hpp"

#include <functional>

namespace troupe::tools {

using ShowReservation = std::function<void(const core::ProviderReservation&)>;

/// @param self  The server that machines join, as its administrator.
/// @param show  Hears each reservation when it changes.
/// @return      The actor, which ends before the control plane; or why machines cannot be started here.
runtime::Result<control::ScalerActor> start_managed_scaling(caf::actor_system& system,
                                                            const ControlPlane& plane,
                                                            api::http::Server& server,
                                                            const config::Options& options,
                                                            const Connection& self, ShowReservation show);

}  // namespace troupe::tools
