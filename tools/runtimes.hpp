#pragma once

/// The container runtimes there are, in one explicit table.

#include "config/options.hpp"
#include "runtime/container_runtime.hpp"

#include <memory>

namespace troupe::tools {

using OpenedRuntime = runtime::Result<std::shared_ptr<runtime::ContainerRuntime>>;

/// Opens the runtime that the options name, for the agent number `node` of this
/// process (0, 1, …). From any thread.
OpenedRuntime open_runtime(const config::Options& options, unsigned node);

/// Where the oci runtime of a data directory keeps its things.
std::string oci_directory(const std::string& data_directory);

/// Where the docker runtime of a data directory keeps its records and logs.
std::string docker_directory(const std::string& data_directory);

}  // namespace troupe::tools
