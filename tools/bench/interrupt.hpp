#pragma once

/// Ctrl-C and SIGTERM as a fact to look at, so that a measurement that is ended
/// early still takes down what it made.

namespace troupe::tools::bench {

/// From now on both signals are only noted.
void catch_interrupts();
bool interrupted();

}  // namespace troupe::tools::bench
