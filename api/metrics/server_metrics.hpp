#pragma once

/// The figures of the server's own parts: journal, event gateway, managed scaling.

#include "actors/core/figures.hpp"
#include "api/metrics/exposition.hpp"

namespace troupe::api::metrics {

void add_server(Exposition& out, const core::ServerFigures& figures);

}  // namespace troupe::api::metrics
