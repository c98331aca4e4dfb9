#pragma once

/// Plays a description in virtual time: the real control plane, the real agents, the
/// real operation table; containers are simulated. Deterministic: the same
/// description gives the same report.

#include "tools/simulate/description.hpp"
#include "tools/simulate/report.hpp"

namespace troupe::tools::simulate {

Report play(const Description& description);

}  // namespace troupe::tools::simulate
