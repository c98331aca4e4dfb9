#pragma once

/// Who this host is and what it offers: what an agent registers with.

#include "actors/core/cluster_life.hpp"
#include "actors/node/node_options.hpp"
#include "runtime/container_runtime.hpp"

#include <optional>
#include <set>
#include <string>

namespace troupe::node {

/// The host's name as the options or the system say.
std::string host_name(const NodeOptions& options);

/// Processor time on offer: what the options say, or all cores.
core::CpuUnits offered_cpu(const NodeOptions& options);

/// What the agent says of its host when it registers. Capacity that the options
/// leave open is read from the system: all cores, all memory.
core::Registration registration_of(const NodeOptions& options, const runtime::RuntimeInfo& runtime);

/// The id under which this host registered before; absent on the first start.
std::optional<core::InstanceId> load_instance_id(const NodeOptions& options);
/// Durable when it returns. Nothing happens without a data directory.
runtime::Result<void> save_instance_id(const NodeOptions& options, const core::InstanceId& id);

/// The token of this host's registration, made on the first start and kept before anybody is asked:
/// an answer that was lost registers no second instance. Durable when it returns. Empty without a
/// data directory.
runtime::Result<std::string> load_or_make_client_token(const NodeOptions& options);

/// Tasks that ran when their instance was deregistered: nobody speaks for them any
/// more, and their containers are left alone.
std::set<core::TaskId> load_orphans(const NodeOptions& options);
/// Durable when it returns. Nothing happens without a data directory.
runtime::Result<void> save_orphans(const NodeOptions& options, const std::set<core::TaskId>& orphans);

}  // namespace troupe::node
