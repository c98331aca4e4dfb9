#pragma once

/// Ctrl-C and SIGTERM as a fact to look at, so that a measurement that is ended
/// early still takes down what it made.

#include "runtime/result.hpp"

namespace troupe::tools::bench {

/// From now on both signals are only noted.
void catch_interrupts();
bool interrupted();
/// A failure once one of them came.
runtime::Result<void> unless_interrupted();

}  // namespace troupe::tools::bench
