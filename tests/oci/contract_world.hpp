#pragma once

/// The suite of tests/contract on conmon and crun.

#include "tests/oci/world.hpp"

namespace troupe::testing {

using ContractWorld = World;
using ContractTest = OciTest;

}  // namespace troupe::testing
