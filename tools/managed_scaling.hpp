#pragma once

/// Puts managed scaling together: the bridge of the machines, the server's address on it, the table
/// of groups, and the actor that watches.

#include "actors/cast.hpp"
#include "actors/control/scaler.hpp"
#include "api/http/server.hpp"
#include "config/options.hpp"
#include "runtime/result.hpp"
#include "tools/connection.hpp"

namespace troupe::tools {

/// @param self  The server that machines join, as its administrator.
/// @return      The actor, which ends before the control plane; or why machines cannot be started here.
runtime::Result<control::ScalerActor> start_managed_scaling(caf::actor_system& system,
                                                            const ControlPlane& plane,
                                                            api::http::Server& server,
                                                            const config::Options& options,
                                                            const Connection& self);

}  // namespace troupe::tools
