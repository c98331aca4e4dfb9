#pragma once

/// The image of the containers that hold a sandbox's namespaces: one static program
/// that waits. It is made from this host's own catatonit, so it needs no registry.

#include "runtime/docker/engine.hpp"

namespace troupe::runtime::docker {

inline constexpr const char* pause_image = "localhost/troupe-pause:1";

/// Imports it unless the engine has it.
Result<void> ensure_pause_image(const Engine& engine);

}  // namespace troupe::runtime::docker
