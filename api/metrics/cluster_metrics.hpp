#pragma once

/// What there is in a cluster and what it uses, as metrics. Pure.
///
/// Names follow Prometheus's conventions: base units in the name, except CPU, which is in
/// ECS's units (1024 are a core) so that use and reservation can be compared. A host that is
/// silent has no figures of use, and neither have its containers: absent, not zero.

#include "actors/core/usage/usage_commands.hpp"
#include "api/metrics/exposition.hpp"

namespace troupe::api::metrics {

void add_cluster(Exposition& out, const core::UsageReply& cluster);

}  // namespace troupe::api::metrics
