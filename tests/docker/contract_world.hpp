#pragma once

/// The suite of tests/contract on an engine that this program started.

#include "tests/docker/world.hpp"

namespace troupe::testing {

using ContractWorld = World;
using ContractTest = DockerTest;

}  // namespace troupe::testing
