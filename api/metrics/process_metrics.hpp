#pragma once

/// This process in the words that every Prometheus client library uses.

#include "api/metrics/exposition.hpp"

namespace troupe::api::metrics {

void add_process(Exposition& out);

}  // namespace troupe::api::metrics
